package io.github.appendonly.subscriber;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets callers wait for the steps of this node. Those of other nodes cannot be waited
 * for, so a wait is short.
 */
final class Progress {

	private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private long count;

	/**
	 * A step has ended, and the next one does not follow at once.
	 */
	void signal() {
		this.lock.lock();
		try {
			this.count++;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns the number of steps so far.
	 */
	long count() {
		this.lock.lock();
		try {
			return this.count;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until a step has ended that another one does not follow at once, but not for
	 * long.
	 * @param seen the number of steps that the caller knows
	 * @param nanos how long to wait at most
	 * @throws IllegalStateException if the thread is interrupted
	 */
	void await(long seen, long nanos) {
		this.lock.lock();
		try {
			long rest = Math.min(nanos, LONGEST_WAIT);
			while (this.count == seen && rest > 0) {
				rest = this.changed.awaitNanos(rest);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a subscriber", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
