package io.github.appendonly.commit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * An item that waits for its commit. The leader sets the outcome, then settles it.
 */
abstract class Ticket<T, R> {

	enum Turn {

		WAIT, LEAD, DONE

	}

	private final T item;

	private boolean committed;

	private @Nullable R result;

	private @Nullable Throwable failure;

	Ticket(T item) {
		this.item = item;
	}

	T item() {
		return this.item;
	}

	/**
	 * Decides which thread sets the outcome.
	 * @return whether it is the calling thread
	 */
	abstract boolean claim();

	/**
	 * Leaves the outcome to whichever thread claims this item next.
	 */
	abstract void unclaim();

	void succeed(R result) {
		this.committed = true;
		this.result = result;
	}

	void fail(Throwable failure) {
		this.failure = failure;
	}

	/**
	 * Returns the reason why the item was not committed, or null if it was.
	 */
	@Nullable Throwable failure() {
		boolean decided = this.committed || this.failure != null;
		return decided ? this.failure : new IllegalStateException(
				"The leader of the batch ended without an outcome; the item may have been committed");
	}

	@SuppressWarnings("NullAway") // a result is null only if R is nullable
	R result() {
		return this.result;
	}

	/**
	 * Wakes the waiting caller, or keeps the future, to be completed later.
	 */
	abstract void settle(List<FutureTicket<T, R>> settled);

	/**
	 * The item of a waiting caller, who may be asked to lead.
	 */
	static final class WaitingTicket<T, R> extends Ticket<T, R> {

		private final Thread waiter = Thread.currentThread();

		private volatile Turn turn = Turn.WAIT;

		WaitingTicket(T item) {
			super(item);
		}

		Thread waiter() {
			return this.waiter;
		}

		void wake(Turn turn) {
			this.turn = turn;
			LockSupport.unpark(this.waiter);
		}

		/**
		 * Waits until this caller is asked to lead, or until the item is settled.
		 * @return whether to lead; after leading, this method must be called again
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
		void unclaim() {
			// Only leaders claim it
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
	static final class FutureTicket<T, R> extends Ticket<T, R> {

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
		void unclaim() {
			this.claimed.set(false);
		}

		CompletableFuture<R> future() {
			return this.future;
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
