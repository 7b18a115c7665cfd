package io.github.appendonly.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.internal.Limits;
import org.jspecify.annotations.Nullable;

/**
 * Commits items of many callers in batches, one batch at a time.
 * <p>
 * Items are committed in the order in which they arrived. A caller that finds no commit
 * under way leads the next batch on its own thread; the others wait, and are completed by
 * the leader of their batch. There is no thread of its own, and nothing is delayed in
 * order to gather more.
 * <p>
 * An item fails by its own fault only: a batch that cannot be committed is committed
 * again item by item, so the committer must leave nothing behind when it fails. The whole
 * batch fails at once by an {@link UncertainCommitException}, by an {@link Error}, and by
 * what the committer says is {@link Committer#isFaultOfItem no item's fault}.
 * <p>
 * The executor is asked for a thread only when nobody waits. A caller that comes while
 * the executor has not yet begun leads in its place: so callers that wait never depend on
 * the executor, be it busy with those very callers, or shut down. Where it rejects, the
 * asynchronous commit at the head fails with its exception; it must not drop a task
 * without a word.
 * <p>
 * Waiting cannot be interrupted, as the outcome would be unknown then; the interrupt flag
 * is kept, and is hidden from the committer, whose batch is not the interrupted caller's
 * alone.
 *
 * @param <T> the type of what is committed
 * @param <R> the type of what a commit gives for each item
 */
public final class GroupCommit<T, R> {

	/*
	 * Leader and followers, as databases do it for their logs (DeWitt et al.,
	 * "Implementation techniques for main memory database systems", 1984, section 5.2).
	 *
	 * The leader is nobody (null), a thread that leads or was woken to do so, or an
	 * appointment: a task that the executor has yet to begin, which any waiting caller
	 * may take the lead from.
	 *
	 * Invariant: while the queue is not empty, there is a leader; and while a caller
	 * waits, the leader is a thread.
	 *
	 * A caller adds its ticket, first to those who wait, then to the queue, and only then
	 * looks at the leader. Nobody, or an appointment: it takes the lead. A thread: that
	 * one has yet to look at both queues before it gives the lead away.
	 *
	 * A leader takes a batch from the head of the queue, commits it, gives the lead to
	 * the first who waits, or else to the executor, or resigns; and only then completes
	 * its batch: waking hundreds of threads takes long, and the next commit can be on its
	 * way meanwhile. After an appointment or a resignation it looks again, for a ticket
	 * that was added by somebody who still saw it lead.
	 *
	 * The first who waits may be further back than one batch reaches. It then leads more
	 * than one; what it would have to wait for otherwise.
	 *
	 * Futures run what depends on them on the thread that completes them, and that may
	 * come back and commit. So a caller completes futures when its own item is done, and
	 * nobody counts on it any more.
	 *
	 * An item that is refused stays in the queue, so that there is one way out of it, but
	 * is passed over: whoever claims it first, fills in its outcome.
	 *
	 * A queue and a lock around the commit would do as well, but the lock would wake the
	 * threads one by one, each to find its item committed.
	 */

	/**
	 * Commits a batch.
	 *
	 * @param <T> the type of what is committed
	 * @param <R> the type of what a commit gives for each item
	 */
	@FunctionalInterface
	public interface Committer<T, R> {

		/**
		 * Commits all items or, by throwing, none. It runs on the thread of a caller or
		 * of the executor.
		 * @param batch the items, in the order of their arrival; never empty
		 * @return a result for each item, in the same order
		 * @throws UncertainCommitException if it cannot tell whether the items were
		 * committed
		 */
		List<R> commit(List<T> batch);

		/**
		 * Whether a failure may be the fault of single items, so that the others deserve
		 * another try without them. Not if the database is gone, say.
		 * @param failure what the commit of a batch threw
		 * @return whether to commit the items of the batch one by one
		 */
		default boolean isFaultOfItem(Exception failure) {
			return true;
		}

	}

	private final Committer<T, R> committer;

	private final Executor executor;

	private final int maxBatch;

	private final Queue<Ticket<T, R>> queue = new ConcurrentLinkedQueue<>();

	private final Queue<WaitingTicket<T, R>> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable Object> leader = new AtomicReference<>();

	/**
	 * Groups the commits of a committer.
	 * @param committer commits a batch; it is called by one thread at a time
	 * @param executor leads while nobody waits; it may run its tasks on the calling
	 * thread
	 * @param maxBatch the number of items a batch takes at most, at least 1
	 */
	public GroupCommit(Committer<T, R> committer, Executor executor, int maxBatch) {
		this.committer = Objects.requireNonNull(committer, "committer");
		this.executor = Objects.requireNonNull(executor, "executor");
		this.maxBatch = Limits.requireAtLeastOne("maxBatch", maxBatch);
	}

	/**
	 * Commits an item together with what else has arrived, and waits for it. It may lead
	 * on the calling thread; what depends on the futures of its batches runs there then.
	 * @param item the item
	 * @return what the commit gave for this item
	 * @throws IllegalStateException if it is called by the committer itself
	 */
	public R commit(T item) {
		if (this.leader.get() == Thread.currentThread()) {
			throw new IllegalStateException("A committer cannot wait for the group that it is committing");
		}
		WaitingTicket<T, R> ticket = new WaitingTicket<>(item);
		this.waiting.add(ticket);
		this.queue.add(ticket);
		Lead lead = new Lead(null);
		for (boolean leads = takeLead(); leads || ticket.awaitLead(); leads = false) {
			lead.commitBatch();
		}
		lead.finish();
		return ticket.get();
	}

	/**
	 * Takes the lead unless a thread has it.
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
	 * Commits an item together with what else has arrived, without waiting for it.
	 * @param item the item
	 * @return completed with what the commit gave for this item, or with its failure;
	 * canceling it changes nothing. What depends on it holds up others, so it should not
	 * block
	 */
	public CompletableFuture<R> commitAsync(T item) {
		FutureTicket<T, R> ticket = new FutureTicket<>(item);
		this.queue.add(ticket);
		if (this.leader.compareAndSet(null, Thread.currentThread())) {
			Lead lead = new Lead(null);
			lead.passOn();
			lead.finish();
		}
		return ticket.future.copy();
	}

	/**
	 * Fails the asynchronous items that no batch has taken yet; what depends on them runs
	 * on the calling thread. Those that are added meanwhile may be committed all the
	 * same, and so are those of callers that wait.
	 * @param reason what they fail with
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
	 * What a thread does while it is the leader, and what it owes afterwards.
	 */
	private final class Lead {

		private final Thread self = Thread.currentThread();

		private final List<FutureTicket<T, R>> settled = new ArrayList<>();

		private @Nullable Appointment appointment;

		Lead(@Nullable Appointment appointment) {
			this.appointment = appointment;
		}

		/**
		 * Commits one batch, passes the lead on, and wakes those of the batch who wait.
		 */
		void commitBatch() {
			boolean interrupted = Thread.interrupted();
			List<Ticket<T, R>> batch = nextBatch();
			try {
				if (!batch.isEmpty()) {
					commit(batch);
				}
			}
			finally {
				passOn();
				batch.forEach((ticket) -> ticket.settle(this.settled));
				if (interrupted) {
					this.self.interrupt();
				}
			}
		}

		private List<Ticket<T, R>> nextBatch() {
			List<Ticket<T, R>> batch = new ArrayList<>();
			while (batch.size() < GroupCommit.this.maxBatch) {
				Ticket<T, R> ticket = GroupCommit.this.queue.poll();
				if (ticket == null) {
					break;
				}
				if (!ticket.claim()) {
					continue;
				}
				batch.add(ticket);
				if (ticket instanceof WaitingTicket) {
					GroupCommit.this.waiting.remove(ticket);
				}
			}
			return batch;
		}

		private void commit(List<Ticket<T, R>> batch) {
			List<R> results;
			try {
				results = GroupCommit.this.committer.commit(batch.stream().map((ticket) -> ticket.item).toList());
			}
			catch (Throwable ex) {
				fail(batch, ex);
				return;
			}
			if (results.size() != batch.size()) {
				IllegalStateException mismatch = new IllegalStateException(
						"The committer gave " + results.size() + " results for " + batch.size() + " items");
				batch.forEach((ticket) -> ticket.fail(mismatch));
				return;
			}
			for (int i = 0; i < batch.size(); i++) {
				batch.get(i).succeed(results.get(i));
			}
		}

		private void fail(List<Ticket<T, R>> batch, Throwable failure) {
			boolean divides = failure instanceof Exception exception && !(failure instanceof UncertainCommitException)
					&& GroupCommit.this.committer.isFaultOfItem(exception);
			if (divides && batch.size() > 1) {
				batch.forEach((ticket) -> commit(List.of(ticket)));
			}
			else {
				batch.forEach((ticket) -> ticket.fail(failure));
			}
		}

		/**
		 * Gives the lead to the first who waits, or else to the executor, or resigns when
		 * nobody is left.
		 */
		void passOn() {
			boolean passed;
			do {
				passed = passToWaiting() || (GroupCommit.this.queue.isEmpty() ? resign() : passToExecutor());
			}
			while (!passed);
		}

		private boolean passToWaiting() {
			WaitingTicket<T, R> first = GroupCommit.this.waiting.peek();
			if (first == null) {
				return false;
			}
			GroupCommit.this.leader.set(first.waiter);
			first.wake(Turn.LEAD);
			return true;
		}

		private boolean resign() {
			GroupCommit.this.leader.set(null);
			return GroupCommit.this.queue.isEmpty() || !takeBack(null);
		}

		private boolean passToExecutor() {
			Appointment appointment = new Appointment();
			GroupCommit.this.leader.set(appointment);
			if (!GroupCommit.this.waiting.isEmpty()) {
				return !takeBack(appointment);
			}
			try {
				this.appointment = appointment.submit() ? null : appointment;
				return true;
			}
			catch (Throwable ex) {
				boolean passed = !takeBack(appointment);
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
		 * Completes the futures of the batches, and goes on where the executor had this
		 * very thread run an appointment.
		 */
		void finish() {
			Appointment next;
			do {
				this.settled.forEach(FutureTicket::complete);
				this.settled.clear();
				next = this.appointment;
				this.appointment = null;
				if (next != null && takeBack(next)) {
					commitBatch();
				}
			}
			while (next != null);
		}

	}

	/**
	 * A task of the executor: to lead, unless somebody else has taken the lead by then.
	 */
	private final class Appointment implements Runnable {

		private final Thread submitter = Thread.currentThread();

		private boolean submitting;

		private boolean returned;

		/**
		 * Hands this to the executor.
		 * @return whether it is out of the submitter's hands; not if the executor ran it
		 * on this thread, which would have batches lead within batches
		 */
		boolean submit() {
			this.submitting = true;
			try {
				GroupCommit.this.executor.execute(this);
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

	private enum Turn {

		WAIT, LEAD, DONE

	}

	/**
	 * An item on its way. The leader fills in the outcome, then settles.
	 */
	private abstract static class Ticket<T, R> {

		private final T item;

		private boolean committed;

		private @Nullable R result;

		private @Nullable Throwable failure;

		Ticket(T item) {
			this.item = item;
		}

		/**
		 * Settles who fills in the outcome.
		 * @return whether it is the caller
		 */
		abstract boolean claim();

		void succeed(R result) {
			this.committed = true;
			this.result = result;
		}

		void fail(Throwable failure) {
			this.failure = failure;
		}

		/**
		 * Why the item was not committed, or null if it was.
		 */
		@Nullable Throwable failure() {
			boolean decided = this.committed || this.failure != null;
			return decided ? this.failure : new IllegalStateException("The leader of the batch broke off");
		}

		@SuppressWarnings("NullAway") // a result is null only where R is nullable
		R result() {
			return this.result;
		}

		/**
		 * Wakes the caller that waits, or leaves the future to be completed later.
		 */
		abstract void settle(List<FutureTicket<T, R>> settled);

	}

	/**
	 * The item of a caller that waits, and may be called to lead.
	 */
	private static final class WaitingTicket<T, R> extends Ticket<T, R> {

		private final Thread waiter = Thread.currentThread();

		private volatile Turn turn = Turn.WAIT;

		WaitingTicket(T item) {
			super(item);
		}

		void wake(Turn turn) {
			this.turn = turn;
			LockSupport.unpark(this.waiter);
		}

		/**
		 * Waits to be called to lead, or until the item is settled.
		 * @return whether to lead; it has to be asked again then
		 */
		boolean awaitLead() {
			boolean interrupted = false;
			while (this.turn == Turn.WAIT) {
				LockSupport.park(this);
				interrupted |= Thread.interrupted();
			}
			if (interrupted) {
				this.waiter.interrupt();
			}
			boolean leads = this.turn == Turn.LEAD;
			if (leads) {
				this.turn = Turn.WAIT;
			}
			return leads;
		}

		@Override
		boolean claim() {
			return true;
		}

		@Override
		void settle(List<FutureTicket<T, R>> settled) {
			wake(Turn.DONE);
		}

		R get() {
			Throwable failure = failure();
			if (failure instanceof RuntimeException exception) {
				throw exception;
			}
			if (failure instanceof Error error) {
				throw error;
			}
			if (failure != null) {
				throw new IllegalStateException(failure);
			}
			return result();
		}

	}

	/**
	 * The item of an asynchronous commit.
	 */
	private static final class FutureTicket<T, R> extends Ticket<T, R> {

		private final CompletableFuture<R> future = new CompletableFuture<>();

		private final AtomicBoolean claimed = new AtomicBoolean();

		FutureTicket(T item) {
			super(item);
		}

		@Override
		boolean claim() {
			return this.claimed.compareAndSet(false, true);
		}

		@Override
		void settle(List<FutureTicket<T, R>> settled) {
			settled.add(this);
		}

		void complete() {
			Throwable failure = failure();
			if (failure != null) {
				this.future.completeExceptionally(failure);
			}
			else {
				this.future.complete(result());
			}
		}

	}

}
