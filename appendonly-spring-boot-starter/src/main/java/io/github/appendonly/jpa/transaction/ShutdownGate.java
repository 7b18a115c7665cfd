package io.github.appendonly.jpa.transaction;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What has been taken to be done on our threads, and is not done yet. When the
 * application stops, it is finished, and nothing more is taken.
 */
public final class ShutdownGate {

	private enum State {

		OPEN, CLOSED, OVER

	}

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition empty = this.lock.newCondition();

	private State state = State.OPEN;

	private int underWay;

	/**
	 * Takes something, unless the application is stopping.
	 * @return whether it is taken; then it has to {@link #leave()} when it is done
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
	 * Something that was taken is done.
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
	 * Has something done on another thread, which is refused if it has not begun when the
	 * time is over.
	 * @throws RejectedExecutionException if the executor takes no more tasks
	 */
	public <R> CompletableFuture<R> supply(Supplier<R> work, Executor executor) {
		return CompletableFuture.supplyAsync(() -> {
			if (isOver()) {
				throw refusal();
			}
			return work.get();
		}, executor);
	}

	private boolean isOver() {
		this.lock.lock();
		try {
			return this.state == State.OVER;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Why something is not done.
	 */
	public static RejectedExecutionException refusal() {
		return new RejectedExecutionException("The application is stopping: nothing more is pushed asynchronously");
	}

	/**
	 * Takes nothing more, and waits for what was taken.
	 * @param limit how long to wait
	 * @return whether all is done; otherwise the time is over
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
			this.state = (this.underWay > 0) ? State.OVER : this.state;
			this.lock.unlock();
		}
		return !isOver();
	}

	/**
	 * Takes everything again.
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
