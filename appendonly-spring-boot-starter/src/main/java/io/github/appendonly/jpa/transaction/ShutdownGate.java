package io.github.appendonly.jpa.transaction;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Counts the accepted work that is not done yet. When the application stops, the gate
 * accepts no more work, and the accepted work is finished. The application's lifecycle
 * ({@code AppendOnlyLifecycle}) opens and closes it, through {@code StructureOperations}.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class ShutdownGate {

	private enum State {

		OPEN, CLOSED, TIMED_OUT

	}

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition empty = this.lock.newCondition();

	private State state = State.OPEN;

	private int underWay;

	/**
	 * Accepts work, unless the application is stopping.
	 * @return whether the work is accepted; if so, {@link #leave()} must be called when
	 * it is done
	 */
	public boolean enter() {
		this.lock.lock();
		try {
			boolean open = this.state == State.OPEN;
			this.underWay += open ? 1 : 0;
			return open;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Records that accepted work is done.
	 */
	public void leave() {
		this.lock.lock();
		try {
			this.underWay--;
			if (this.underWay == 0) {
				this.empty.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Runs work on another thread. If the work has not begun when the time to stop is
	 * over, it is refused.
	 * @throws RejectedExecutionException if the executor accepts no more tasks
	 */
	public <R> CompletableFuture<R> supply(Supplier<R> work, Executor executor) {
		return CompletableFuture.supplyAsync(() -> {
			requireInTime();
			return work.get();
		}, executor);
	}

	/**
	 * Checks that the time to stop is not over.
	 * @throws RejectedExecutionException if it is; work that has not begun is refused
	 */
	public void requireInTime() {
		if (isTimedOut()) {
			throw refusal();
		}
	}

	private boolean isTimedOut() {
		this.lock.lock();
		try {
			return this.state == State.TIMED_OUT;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns the exception for refused work.
	 */
	public static RejectedExecutionException refusal() {
		return new RejectedExecutionException("The application is stopping: nothing more is pushed asynchronously");
	}

	/**
	 * Accepts no more work, and waits for the accepted work.
	 * @param limit the maximum time to wait
	 * @return whether all accepted work is done; if not, the time is over
	 */
	public boolean close(Duration limit) {
		this.lock.lock();
		try {
			this.state = State.CLOSED;
			long nanos = limit.toNanos();
			while (this.underWay > 0 && nanos > 0) {
				nanos = this.empty.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.state = (this.underWay > 0) ? State.TIMED_OUT : this.state;
			this.lock.unlock();
		}
		return !isTimedOut();
	}

	/**
	 * Accepts work again.
	 */
	public void open() {
		this.lock.lock();
		try {
			this.state = State.OPEN;
		}
		finally {
			this.lock.unlock();
		}
	}

}
