package io.github.appendonly.follow;

import org.jspecify.annotations.Nullable;

/**
 * Why a subscription ends.
 *
 * @param reason the reason
 * @param cause what has failed, and null if nothing has
 */
record Ending(Reason reason, @Nullable Throwable cause) {

	static final Ending CLOSED = new Ending(Reason.CLOSED, null);

	static final Ending STOPPED = new Ending(Reason.STOPPED, null);

	static Ending failed(Throwable cause) {
		return new Ending(Reason.FAILED, cause);
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
