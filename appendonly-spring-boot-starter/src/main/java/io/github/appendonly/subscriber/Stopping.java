package io.github.appendonly.subscriber;

import java.util.concurrent.RejectedExecutionException;

/**
 * Whether the application is stopping.
 */
final class Stopping {

	private volatile boolean requested;

	private volatile boolean timedOut;

	/**
	 * Returns whether to end a batch early.
	 */
	boolean isRequested() {
		return this.requested;
	}

	/**
	 * Returns whether nothing more may be committed.
	 */
	boolean isTimedOut() {
		return this.timedOut;
	}

	/**
	 * Checks that something may still be committed.
	 * @throws RejectedExecutionException if not
	 */
	void requireInTime() {
		if (this.timedOut) {
			throw new RejectedExecutionException("The application has stopped before the batch was handled");
		}
	}

	void reset() {
		this.requested = false;
		this.timedOut = false;
	}

	void request() {
		this.requested = true;
	}

	void timeOut() {
		this.timedOut = true;
	}

}
