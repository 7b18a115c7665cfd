package io.github.appendonly.commit;

import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.commit.Ticket.FutureTicket;
import io.github.appendonly.commit.Ticket.Turn;
import io.github.appendonly.commit.Ticket.WaitingTicket;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.internal.Limits;
import io.github.appendonly.internal.StackRoom;
import org.jspecify.annotations.Nullable;

/**
 * Commits the items of many callers in batches, one batch at a time, in the order in
 * which the items arrive.
 * <p>
 * An item fails only by its own fault. If a batch cannot be committed, its items are
 * committed again one by one; the committer must therefore leave nothing behind when it
 * fails, with an error too. The whole batch fails at once with an
 * {@link UncertainCommitException}, with an error that ends the JVM (such as
 * {@link OutOfMemoryError}), and with a failure that is {@link Committer#isFaultOfItem
 * not the fault of an item}.
 * <p>
 * A batch has a maximum size. Further items wait for the next batches; their number is
 * not limited here.
 * <p>
 * There is no thread for commits. A caller that finds no commit in progress leads the
 * next batch on its own thread, unless the committer {@linkplain Committer#lead provides
 * another one}. The other callers wait, and the leader of their batch completes them.
 * Where a few callers commit one item after the other, a leader waits for the callers of
 * the last batch, for at most half the time that its commit took. A single caller waits
 * at most once, after others have gone.
 * <p>
 * The executor is asked for a thread only if no caller waits. If a caller arrives before
 * the executor has begun, the caller leads instead. Waiting callers therefore never
 * depend on the executor, even if it is busy with these same callers or shut down. If the
 * executor rejects the task, the first asynchronous item in the queue fails with the
 * exception of the executor. An executor must not discard a task silently. On a thread of
 * the executor, a commit does not wait for others: the committer may
 * {@linkplain Committer#tryCommit put it off}.
 * <p>
 * A caller whose stack is nearly used up does not lead. The executor leads instead.
 * <p>
 * A waiting caller cannot be interrupted, because the outcome would then be unknown. Its
 * interrupt flag is kept, but is hidden from the committer, since the batch also belongs
 * to other callers. If an interrupt arrives while the committer works, and the commit
 * fails, the commit is tried again.
 *
 * @param <T> the type of the items
 * @param <R> the type of the result for each item
 */
public final class GroupCommit<T, R> {

	/*
	 * Leader and followers, as in the logs of databases (DeWitt et al., "Implementation
	 * techniques for main memory database systems", 1984, section 5.2).
	 *
	 * The leader is one of three: nobody (null); a thread that leads, or was woken to
	 * lead; or an appointment. An appointment is a task that the executor has not yet
	 * begun. Any waiting caller may take the lead from it.
	 *
	 * Invariant: while the queue is not empty, there is a leader. While a caller waits,
	 * the leader is a thread.
	 *
	 * A caller adds its ticket to the waiting tickets first, then to the queue, and only
	 * then looks at the leader. If the leader is nobody or an appointment, the caller
	 * takes the lead. If it is a thread, that thread will look at both queues before it
	 * gives the lead away.
	 *
	 * A leader takes a batch from the head of the queue and commits it. Then it gives the
	 * lead to the first waiting caller, or else to the executor, or resigns. Only after
	 * that it completes its batch: to wake hundreds of threads takes long, and the next
	 * commit can run in the meantime. After an appointment or a resignation it looks at
	 * the queues again, for a ticket whose caller still saw it as the leader.
	 *
	 * A batch that was put off returns to the head of the queue. If a caller waits, it
	 * leads then. Otherwise there is an appointment for a later time, and a caller that
	 * arrives before takes the lead from it.
	 *
	 * A leader that dies would stop the group for good. So a thread first looks whether
	 * it has enough stack for what it is about to do, and passes the lead on whatever
	 * happens to its batch. A caller without enough stack to lead leaves the waiting
	 * tickets, so that it is not asked again, and depends on the executor.
	 *
	 * The first waiting caller may be further back in the queue than one batch reaches.
	 * It then leads several batches. It would have to wait for them anyway.
	 *
	 * A committer may have another thread lead in place of a caller. Such a thread is no
	 * caller, so it keeps the lead until no caller waits any more.
	 *
	 * The thread that completes a future also runs the actions that depend on it, and
	 * these may commit again. Therefore a caller completes futures only when its own item
	 * is done and it is no longer needed as a leader.
	 *
	 * A refused item stays in the queue, so that there is only one way out of the queue,
	 * but leaders skip it. The thread that claims an item first sets its outcome.
	 *
	 * A queue with a lock around the commit would also work. But the lock would wake the
	 * threads one by one, and most of them would only find that their item is already
	 * committed.
	 */

	/**
	 * Commits batches of items. It is called by one thread at a time.
	 *
	 * @param <T> the type of the items
	 * @param <R> the type of the result for each item
	 */
	@FunctionalInterface
	public interface Committer<T, R> {

		/**
		 * Commits all items, or throws an exception and commits none. It runs on the
		 * thread of a caller or of the executor.
		 * @param batch the items, in the order of their arrival; never empty
		 * @return a result for each item, in the same order
		 * @throws UncertainCommitException if it is unknown whether the items were
		 * committed
		 */
		List<R> commit(List<T> batch);

		/**
		 * Commits all items as {@link #commit} does, but does not wait for others, such
		 * as the holder of a lock. It runs on a thread of the executor, which others need
		 * too, or on the thread of a caller that does not want to wait.
		 * @param batch the items, in the order of their arrival; never empty
		 * @return a result for each item, in the same order; empty if the items cannot be
		 * committed without waiting. Nothing is committed then, and the batch is tried
		 * again later
		 * @throws UncertainCommitException if it is unknown whether the items were
		 * committed
		 */
		default Optional<List<R>> tryCommit(List<T> batch) {
			return Optional.of(commit(batch));
		}

		/**
		 * Lets the calling thread lead, which is the thread of a waiting caller, or
		 * another thread in its place. Another thread leads on as long as callers wait.
		 * That saves the wake-up of a leader for each batch.
		 * @param leading commits batches; it must be run once, on the calling thread or
		 * on any other one, whatever happens
		 */
		default void lead(Runnable leading) {
			leading.run();
		}

		/**
		 * Returns whether a failure may be the fault of single items, so that the other
		 * items should be tried again without them. It is not if, for example, the
		 * database cannot be reached.
		 * @param failure the exception or error that the commit of a batch threw
		 * @return whether to commit the items of the batch one by one
		 */
		default boolean isFaultOfItem(Throwable failure) {
			return true;
		}

	}

	private final Committer<T, R> committer;

	private final Executor executor;

	private final Executor later;

	private final int maxBatch;

	private final Gathering gathering;

	private final Deque<Ticket<T, R>> queue = new ConcurrentLinkedDeque<>();

	private final Queue<WaitingTicket<T, R>> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable Object> leader = new AtomicReference<>();

	/**
	 * Groups the commits of a committer.
	 * @param committer commits a batch; it is called by one thread at a time
	 * @param executor provides the leader if no caller waits; it may run its tasks on the
	 * calling thread
	 * @param maxBatch the maximum number of items in a batch, at least 1
	 * @throws IllegalArgumentException if the maximum is below 1
	 */
	public GroupCommit(Committer<T, R> committer, Executor executor, int maxBatch) {
		this(committer, executor, executor, maxBatch);
	}

	/**
	 * Groups the commits of a committer that may put commits off.
	 * @param committer commits a batch; it is called by one thread at a time
	 * @param executor provides the leader if no caller waits; it may run its tasks on the
	 * calling thread
	 * @param later provides the leader after a commit was put off; it runs its tasks
	 * after a while, and must not run them on the calling thread
	 * @param maxBatch the maximum number of items in a batch, at least 1
	 * @throws IllegalArgumentException if the maximum is below 1
	 */
	public GroupCommit(Committer<T, R> committer, Executor executor, Executor later, int maxBatch) {
		this(committer, executor, later, maxBatch, System::nanoTime);
	}

	GroupCommit(Committer<T, R> committer, Executor executor, Executor later, int maxBatch, LongSupplier nanoTime) {
		this.committer = Objects.requireNonNull(committer, "committer");
		this.executor = Objects.requireNonNull(executor, "executor");
		this.later = Objects.requireNonNull(later, "later");
		this.maxBatch = Limits.requireAtLeastOne("maxBatch", maxBatch);
		this.gathering = new Gathering(nanoTime);
	}

	/**
	 * Commits an item together with the other items that have arrived, and waits for it.
	 * <p>
	 * The calling thread may become the leader. Actions that depend on the futures of its
	 * batches then run on this thread. If the commit of the item fails, this method
	 * throws the exception of the committer.
	 * @param item the item
	 * @return the result of the commit for this item
	 * @throws IllegalStateException if the committer itself calls this method
	 * @throws StackOverflowError if the calling thread has hardly any stack left; nothing
	 * has happened then
	 */
	public R commit(T item) {
		StackRoom.requireToQueue();
		if (this.leader.get() == Thread.currentThread()) {
			throw new IllegalStateException("A committer must not wait for a commit of its own group");
		}
		WaitingTicket<T, R> ticket = new WaitingTicket<>(item);
		this.waiting.add(ticket);
		this.queue.add(ticket);
		Lead lead = new Lead(null);
		for (boolean leads = takeLead(); leads || ticket.awaitLead(); leads = false) {
			if (StackRoom.isLeftToCommit()) {
				this.committer.lead(() -> lead(lead));
			}
			else {
				this.waiting.remove(ticket);
				lead.passOn();
			}
		}
		lead.finish();
		return ticket.get();
	}

	/**
	 * Leads for a waiting caller, on whichever thread.
	 */
	private void lead(Lead lead) {
		if (lead.isOfThisThread()) {
			lead.commitBatch(true);
			return;
		}
		Lead own = new Lead(null);
		own.takeOver();
		own.commitBatches();
		own.finish();
	}

	/**
	 * Takes the lead, unless another thread has it.
	 */
	private boolean takeLead() {
		while (true) {
			Object current = this.leader.get();
			if (current instanceof Thread) {
				return false;
			}
			if (this.leader.compareAndSet(current, Thread.currentThread())) {
				return true;
			}
		}
	}

	/**
	 * Commits an item together with the other items that have arrived, without waiting
	 * for it.
	 * <p>
	 * Actions that depend on the future delay other commits, so they should not block.
	 * @param item the item
	 * @return a future that completes with the result of the commit for this item, or
	 * with its failure; canceling the future does not cancel the commit
	 * @throws StackOverflowError if the calling thread has hardly any stack left; nothing
	 * has happened then
	 */
	public CompletableFuture<R> commitAsync(T item) {
		StackRoom.requireToQueue();
		FutureTicket<T, R> ticket = new FutureTicket<>(item);
		Lead lead = new Lead(null);
		this.queue.add(ticket);
		if (this.leader.compareAndSet(null, Thread.currentThread())) {
			lead.passOn();
			lead.finish();
		}
		return ticket.future().copy();
	}

	/**
	 * Commits an item like {@link #commitAsync}, but on the calling thread if no other
	 * thread leads and the committer does not have to wait for others. A caller that
	 * waits for a limited time does not depend on the executor then.
	 * @param item the item
	 * @return a future that completes with the result of the commit for this item, or
	 * with its failure; it is done if the calling thread has committed the item
	 * @throws StackOverflowError if the calling thread has hardly any stack left; nothing
	 * has happened then
	 */
	public CompletableFuture<R> commitIfFree(T item) {
		return commitAllIfFree(List.of(item)).get(0);
	}

	/**
	 * Commits items like {@link #commitIfFree}. They stay together, if they are not more
	 * than a batch has. The calling thread commits one batch at most.
	 * @param items the items
	 * @return a future for each item, in the same order
	 * @throws StackOverflowError if the calling thread has hardly any stack left; nothing
	 * has happened then
	 */
	public List<CompletableFuture<R>> commitAllIfFree(List<? extends T> items) {
		StackRoom.requireToQueue();
		List<FutureTicket<T, R>> tickets = items.stream().<FutureTicket<T, R>>map(FutureTicket::new).toList();
		Lead lead = new Lead(null);
		this.queue.addAll(tickets);
		if (!tickets.isEmpty() && takeLead()) {
			if (StackRoom.isLeftToCommit()) {
				lead.commitBatch(false);
			}
			else {
				lead.passOn();
			}
			lead.finish();
		}
		return tickets.stream().map((ticket) -> ticket.future().copy()).toList();
	}

	/**
	 * Refuses the asynchronous items that no batch has taken yet: their futures fail.
	 * Actions that depend on these futures run on the calling thread.
	 * <p>
	 * Asynchronous items that are added during this call may still be committed. Items of
	 * waiting callers are committed in any case.
	 * @param reason the exception that the futures fail with
	 */
	public void refuse(RuntimeException reason) {
		Objects.requireNonNull(reason, "reason");
		for (Ticket<T, R> ticket : this.queue) {
			if (ticket instanceof FutureTicket<T, R> future && future.claim()) {
				future.fail(reason);
				future.complete();
			}
		}
	}

	/**
	 * The work of a thread while it is the leader, and its duties afterwards.
	 */
	private final class Lead {

		private final Thread self = Thread.currentThread();

		private final ArrayList<FutureTicket<T, R>> settled = new ArrayList<>();

		private final List<Ticket<T, R>> batch = new ArrayList<>();

		private final List<Ticket<T, R>> putOff = new ArrayList<>();

		private @Nullable Appointment appointment;

		private boolean interrupted;

		private boolean stays;

		Lead(@Nullable Appointment appointment) {
			this.appointment = appointment;
		}

		boolean isOfThisThread() {
			return this.self == Thread.currentThread();
		}

		/**
		 * Takes the lead from the thread that has asked this one to lead.
		 */
		void takeOver() {
			GroupCommit.this.leader.set(this.self);
		}

		/**
		 * Commits batches as long as callers wait, and then passes the lead on.
		 */
		void commitBatches() {
			this.stays = true;
			try {
				while (hasLead()) {
					commitBatch(true);
				}
			}
			finally {
				this.stays = false;
				if (hasLead()) {
					passOn();
				}
			}
		}

		private boolean hasLead() {
			return GroupCommit.this.leader.get() == this.self;
		}

		/**
		 * Commits one batch, passes the lead on, and wakes the waiting callers of the
		 * batch.
		 * @param patient whether the committer may wait for others
		 */
		void commitBatch(boolean patient) {
			this.interrupted = Thread.interrupted();
			try {
				if (patient) {
					GroupCommit.this.gathering.await(GroupCommit.this.waiting::size);
				}
				takeNext();
				this.settled.ensureCapacity(this.settled.size() + this.batch.size());
				if (!this.batch.isEmpty()) {
					List<Ticket<T, R>> taken = List.copyOf(this.batch);
					GroupCommit.this.gathering.observe(() -> commit(taken, patient), () -> callersOf(taken));
				}
			}
			finally {
				putBackAndPassOn();
				this.batch.forEach((ticket) -> ticket.settle(this.settled));
				this.batch.clear();
				if (this.interrupted) {
					this.self.interrupt();
				}
			}
		}

		private void takeNext() {
			while (this.batch.size() < GroupCommit.this.maxBatch) {
				Ticket<T, R> ticket = GroupCommit.this.queue.poll();
				if (ticket == null) {
					break;
				}
				if (!ticket.claim()) {
					continue;
				}
				this.batch.add(ticket);
				if (ticket instanceof WaitingTicket) {
					GroupCommit.this.waiting.remove(ticket);
				}
			}
		}

		/**
		 * Returns the number of callers that took part in a batch or came meanwhile.
		 */
		private int callersOf(List<Ticket<T, R>> taken) {
			int callers = GroupCommit.this.waiting.size();
			for (Ticket<T, R> ticket : taken) {
				callers += (ticket instanceof WaitingTicket) ? 1 : 0;
			}
			return callers;
		}

		private void commit(List<Ticket<T, R>> batch, boolean patient) {
			List<T> items = batch.stream().map(Ticket::item).toList();
			Optional<List<R>> results;
			try {
				results = patient ? Optional.of(GroupCommit.this.committer.commit(items))
						: GroupCommit.this.committer.tryCommit(items);
			}
			catch (Throwable ex) {
				fail(batch, patient, ex);
				return;
			}
			results.ifPresentOrElse((each) -> succeed(batch, each), () -> this.putOff.addAll(batch));
		}

		private void succeed(List<Ticket<T, R>> batch, List<R> results) {
			if (results.size() != batch.size()) {
				IllegalStateException mismatch = new IllegalStateException(
						"The committer returned " + results.size() + " results for " + batch.size() + " items");
				batch.forEach((ticket) -> ticket.fail(mismatch));
				return;
			}
			for (int i = 0; i < batch.size(); i++) {
				batch.get(i).succeed(results.get(i));
			}
		}

		private void fail(List<Ticket<T, R>> batch, boolean patient, Throwable failure) {
			boolean certain = !Errors.endJvm(failure) && !(failure instanceof UncertainCommitException);
			if (Thread.interrupted()) {
				this.interrupted = true;
				if (certain) {
					commit(batch, patient);
					return;
				}
			}
			if (certain && batch.size() > 1 && GroupCommit.this.committer.isFaultOfItem(failure)) {
				batch.forEach((ticket) -> commit(List.of(ticket), patient));
			}
			else {
				batch.forEach((ticket) -> ticket.fail(failure));
			}
		}

		private void putBackAndPassOn() {
			Executor next = this.putOff.isEmpty() ? GroupCommit.this.executor : GroupCommit.this.later;
			try {
				putBack();
			}
			finally {
				passOn(next);
			}
		}

		/**
		 * Returns the items that were put off to the head of the queue, in their order.
		 */
		private void putBack() {
			for (int i = this.putOff.size() - 1; i >= 0; i--) {
				Ticket<T, R> ticket = this.putOff.get(i);
				ticket.unclaim();
				GroupCommit.this.queue.addFirst(ticket);
				if (ticket instanceof WaitingTicket<T, R> caller) {
					GroupCommit.this.waiting.add(caller);
				}
			}
			if (!this.putOff.isEmpty()) {
				this.batch.removeAll(new HashSet<>(this.putOff));
				this.putOff.clear();
			}
		}

		void passOn() {
			passOn(GroupCommit.this.executor);
		}

		/**
		 * Gives the lead to the first waiting caller, or else to the executor, or resigns
		 * if no item is left.
		 */
		private void passOn(Executor executor) {
			boolean passed;
			do {
				passed = keepForWaiting() || passToWaiting()
						|| (GroupCommit.this.queue.isEmpty() ? resign() : passTo(executor));
			}
			while (!passed);
		}

		/**
		 * Keeps the lead for the callers that wait, unless there are futures to complete.
		 */
		private boolean keepForWaiting() {
			return this.stays && !GroupCommit.this.waiting.isEmpty() && this.settled.isEmpty()
					&& this.batch.stream().noneMatch(FutureTicket.class::isInstance);
		}

		private boolean passToWaiting() {
			WaitingTicket<T, R> first = GroupCommit.this.waiting.peek();
			if (first == null) {
				return false;
			}
			GroupCommit.this.leader.set(first.waiter());
			first.wake(Turn.LEAD);
			return true;
		}

		private boolean resign() {
			GroupCommit.this.leader.set(null);
			return GroupCommit.this.queue.isEmpty() || !takeBack(null);
		}

		private boolean passTo(Executor executor) {
			Appointment appointment = null;
			try {
				appointment = new Appointment(executor);
				GroupCommit.this.leader.set(appointment);
				if (!GroupCommit.this.waiting.isEmpty()) {
					return !takeBack(appointment);
				}
				this.appointment = appointment.submit() ? null : appointment;
				return true;
			}
			catch (Throwable ex) {
				boolean passed = appointment != null && !takeBack(appointment);
				if (!passed) {
					failFirst(ex);
				}
				return passed;
			}
		}

		private boolean takeBack(@Nullable Appointment appointment) {
			return GroupCommit.this.leader.compareAndSet(appointment, this.self);
		}

		private void failFirst(Throwable rejection) {
			Ticket<T, R> first = GroupCommit.this.queue.poll();
			if (first != null && first.claim()) {
				first.fail(rejection);
				first.settle(this.settled);
			}
		}

		/**
		 * Completes the futures of the batches. If the executor ran an appointment on
		 * this same thread, it also leads the next batch.
		 */
		void finish() {
			Appointment next;
			do {
				this.settled.forEach(FutureTicket::complete);
				this.settled.clear();
				next = this.appointment;
				this.appointment = null;
				if (next != null && takeBack(next)) {
					commitBatch(false);
				}
			}
			while (next != null);
		}

	}

	/**
	 * A task for the executor: it leads, unless a caller has taken the lead before.
	 */
	private final class Appointment implements Runnable {

		private final Thread submitter = Thread.currentThread();

		private final Executor executor;

		private boolean submitting;

		private boolean returned;

		Appointment(Executor executor) {
			this.executor = executor;
		}

		/**
		 * Hands this task to the executor.
		 * @return whether the executor has taken over the task; false if it ran the task
		 * on this thread, where a batch within a batch would result
		 */
		boolean submit() {
			this.submitting = true;
			try {
				this.executor.execute(this);
			}
			finally {
				this.submitting = false;
			}
			return !this.returned;
		}

		@Override
		public void run() {
			if (Thread.currentThread() == this.submitter && this.submitting) {
				this.returned = true;
			}
			else {
				new Lead(this).finish();
			}
		}

	}

}
