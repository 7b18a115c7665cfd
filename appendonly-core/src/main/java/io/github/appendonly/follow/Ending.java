package io.github.appendonly.follow;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * Why a subscription ends. All that a failed read was for end for one reason.
 *
 * @param reason the reason
 * @param cause what has failed, and null if nothing has
 * @param told whether the log was told
 */
record Ending(Reason reason, @Nullable Throwable cause, AtomicBoolean told) {

	static final Ending CLOSED = new Ending(Reason.CLOSED, null, new AtomicBoolean());

	static final Ending STOPPED = new Ending(Reason.STOPPED, null, new AtomicBoolean());

	static Ending failed(Throwable cause) {
		return new Ending(Reason.FAILED, cause, new AtomicBoolean());
	}

	/**
	 * Returns whether to tell the log, which was not told yet.
	 */
	boolean tell() {
		return this.told.compareAndSet(false, true);
	}

	enum Reason {

		/** The follower wants no more. */
		CLOSED,

		/** There will be no more. */
		STOPPED,

		/** Something has failed. */
		FAILED

	}

}
