package io.github.appendonly.subscriber;

import java.util.concurrent.RejectedExecutionException;

/**
 * Whether the application is stopping.
 */
final class Stopping {

	private volatile boolean requested;

	private volatile boolean timedOut;

	/** The number of times that handlers were given up. */
	private volatile int era;

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

	int era() {
		return this.era;
	}

	/**
	 * Checks that what has begun in an era may still be committed, also if the
	 * application has started again since.
	 * @throws RejectedExecutionException if not
	 */
	void requireInTime(int era) {
		if (this.timedOut || era != this.era) {
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

	@SuppressWarnings("NonAtomicVolatileUpdate") // only by one thread
	void timeOut() {
		this.era++;
		this.timedOut = true;
	}

}
