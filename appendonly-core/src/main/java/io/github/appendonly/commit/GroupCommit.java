package io.github.appendonly.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import io.github.appendonly.Limits;
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
 * again item by item, so the committer must leave nothing behind when it fails. The one
 * exception is an {@link UncertainCommitException}, which fails the whole batch at once.
 * <p>
 * Waiting cannot be interrupted, as the outcome would be unknown then; the interrupt flag
 * is kept.
 *
 * @param <T> the type of what is committed
 * @param <R> the type of what a commit gives for each item
 */
public final class GroupCommit<T, R> {

	/*
	 * Leader and followers, as databases do it for their logs (DeWitt et al.,
	 * "Implementation techniques for main memory database systems", 1984, section 5.2).
	 *
	 * Invariant: while the queue is not empty, exactly one thread is the leader, or has
	 * been appointed and is on its way.
	 *
	 * - A caller adds its ticket, then tries to become the leader. If it fails, there is
	 * a leader, which has yet to look at the queue once more before it resigns. - A
	 * leader takes a batch from the head of the queue, commits it, hands the lead to the
	 * ticket at the head (or resigns), and only then completes its batch: waking hundreds
	 * of threads takes long, and the next commit can be on its way meanwhile. - The one
	 * appointed is at the head, so its own ticket is in the batch it leads. Nobody leads
	 * twice for one ticket. - A leader that resigns looks at the queue again: a ticket
	 * that was added before it resigned, by a caller that saw it lead, would have no one
	 * else.
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
		 * Commits all items or, by throwing, none.
		 * @param batch the items, in the order of their arrival; never empty
		 * @return a result for each item, in the same order
		 * @throws UncertainCommitException if it cannot tell whether the items were
		 * committed
		 */
		List<R> commit(List<T> batch);

	}

	private final Committer<T, R> committer;

	private final Executor executor;

	private final int maxBatch;

	private final Queue<Ticket<T, R>> queue = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable Object> lead = new AtomicReference<>();

	/**
	 * Groups the commits of a committer.
	 * @param committer commits a batch; it is called by one thread at a time
	 * @param executor leads batches that begin with an asynchronous commit
	 * @param maxBatch the number of items a batch takes at most, at least 1
	 */
	public GroupCommit(Committer<T, R> committer, Executor executor, int maxBatch) {
		this.committer = Objects.requireNonNull(committer, "committer");
		this.executor = Objects.requireNonNull(executor, "executor");
		this.maxBatch = Limits.requireAtLeastOne("maxBatch", maxBatch);
	}

	/**
	 * Commits an item together with what else is waiting, and waits for it. It may lead a
	 * batch on the calling thread.
	 * @param item the item
	 * @return what the commit gave for this item
	 * @throws IllegalStateException if it is called by the committer itself
	 */
	public R commit(T item) {
		if (this.lead.get() == Thread.currentThread()) {
			throw new IllegalStateException("A committer cannot wait for the group that it is committing");
		}
		Ticket<T, R> ticket = new Ticket<>(item, Thread.currentThread());
		this.queue.add(ticket);
		if (this.lead.compareAndSet(null, ticket)) {
			lead();
		}
		while (ticket.awaitTurn() == Turn.LEAD) {
			lead();
		}
		return ticket.result();
	}

	/**
	 * Commits an item together with what else is waiting, on another thread.
	 * @param item the item
	 * @return completed with what the commit gave for this item, or with its failure
	 */
	public CompletableFuture<R> commitAsync(T item) {
		Ticket<T, R> ticket = new Ticket<>(item, null);
		this.queue.add(ticket);
		if (this.lead.compareAndSet(null, ticket) && !appoint(ticket)) {
			passOn();
		}
		return ticket.future.copy();
	}

	/**
	 * Leads one batch: the lead is this thread's, and is passed on at the end.
	 */
	private void lead() {
		this.lead.set(Thread.currentThread());
		List<Ticket<T, R>> batch = nextBatch();
		try {
			if (!batch.isEmpty()) {
				commit(batch);
			}
		}
		finally {
			passOn();
			batch.forEach(Ticket::publish);
		}
	}

	private List<Ticket<T, R>> nextBatch() {
		List<Ticket<T, R>> batch = new ArrayList<>();
		while (batch.size() < this.maxBatch) {
			Ticket<T, R> ticket = this.queue.poll();
			if (ticket == null) {
				break;
			}
			batch.add(ticket);
		}
		return batch;
	}

	private void commit(List<Ticket<T, R>> batch) {
		Throwable failure = tryCommit(batch);
		if (failure == null) {
			return;
		}
		boolean apart = batch.size() > 1 && failure instanceof Exception
				&& !(failure instanceof UncertainCommitException);
		for (Ticket<T, R> ticket : batch) {
			Throwable own = apart ? tryCommit(List.of(ticket)) : failure;
			if (own != null) {
				ticket.fail(own);
			}
		}
	}

	@SuppressWarnings("CatchingUnchecked") // a committer may throw checked ones sneakily
	private @Nullable Throwable tryCommit(List<Ticket<T, R>> batch) {
		try {
			List<R> results = this.committer.commit(batch.stream().map((ticket) -> ticket.item).toList());
			if (results.size() != batch.size()) {
				return new IllegalStateException(
						"The committer gave " + results.size() + " results for " + batch.size() + " items");
			}
			for (int i = 0; i < batch.size(); i++) {
				batch.get(i).succeed(results.get(i));
			}
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	/**
	 * Hands the lead to whoever is next, or resigns when nobody is.
	 */
	private void passOn() {
		while (true) {
			Ticket<T, R> next = this.queue.peek();
			if (next != null) {
				this.lead.set(next);
				if (appoint(next)) {
					return;
				}
			}
			else {
				this.lead.set(null);
				if (this.queue.isEmpty() || !this.lead.compareAndSet(null, this)) {
					return;
				}
			}
		}
	}

	/**
	 * Has a ticket's owner lead.
	 * @return whether somebody will; otherwise the ticket is out of the queue and failed
	 */
	private boolean appoint(Ticket<T, R> ticket) {
		if (ticket.waiter != null) {
			ticket.appoint(ticket.waiter);
			return true;
		}
		try {
			this.executor.execute(this::lead);
			return true;
		}
		catch (RejectedExecutionException ex) {
			this.queue.remove(ticket);
			ticket.fail(ex);
			ticket.publish();
			return false;
		}
	}

	private enum Turn {

		WAIT, LEAD, DONE

	}

	/**
	 * An item on its way. The leader fills in the outcome, then publishes it.
	 */
	private static final class Ticket<T, R> {

		private final T item;

		private final @Nullable Thread waiter;

		private final CompletableFuture<R> future = new CompletableFuture<>();

		private @Nullable R result;

		private @Nullable Throwable failure;

		private volatile Turn turn = Turn.WAIT;

		Ticket(T item, @Nullable Thread waiter) {
			this.item = item;
			this.waiter = waiter;
		}

		void succeed(R result) {
			this.result = result;
			this.failure = null;
		}

		void fail(Throwable failure) {
			this.failure = failure;
		}

		@SuppressWarnings("NullAway") // a result is null only where R is nullable
		void publish() {
			this.turn = Turn.DONE;
			if (this.waiter != null) {
				LockSupport.unpark(this.waiter);
			}
			else if (this.failure != null) {
				this.future.completeExceptionally(this.failure);
			}
			else {
				this.future.complete(this.result);
			}
		}

		void appoint(Thread waiter) {
			this.turn = Turn.LEAD;
			LockSupport.unpark(waiter);
		}

		Turn awaitTurn() {
			boolean interrupted = false;
			while (this.turn == Turn.WAIT) {
				LockSupport.park(this);
				interrupted |= Thread.interrupted();
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
			return this.turn;
		}

		@SuppressWarnings("NullAway") // a result is null only where R is nullable
		R result() {
			if (this.failure instanceof RuntimeException exception) {
				throw exception;
			}
			if (this.failure instanceof Error error) {
				throw error;
			}
			if (this.failure != null) {
				throw new IllegalStateException(this.failure);
			}
			return this.result;
		}

	}

}
