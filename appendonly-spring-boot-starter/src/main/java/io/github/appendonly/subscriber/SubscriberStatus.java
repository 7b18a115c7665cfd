package io.github.appendonly.subscriber;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.github.appendonly.Position;

/**
 * How far a durable subscriber is, and what keeps it from going on.
 *
 * @param stack the name of the stack
 * @param id the name of the subscriber
 * @param state whether it works
 * @param cursor the position of the last entry that is handled
 * @param lag the number of items after the cursor that are placed
 * @param behindFor how long it has been behind, at least; zero if it is caught up
 * @param attempts how often the entry after the cursor has failed
 * @param failed the position of the entry that fails; nothing if none does, or if it is
 * not known yet which one of a batch
 * @param cause why it failed last, or why it has stopped; nothing if neither is so
 * @param failedAt when it failed last, or stopped
 * @param retryAt when it is tried again
 * @param skipped the number of entries that were skipped by hand
 * @param lastSkipped the position of the last one
 * @param parked the number of entries that are parked now
 */
public record SubscriberStatus(String stack, String id, State state, Position cursor, long lag, Duration behindFor,
		int attempts, Optional<Position> failed, Optional<String> cause, Optional<Instant> failedAt,
		Optional<Instant> retryAt, long skipped, Optional<Position> lastSkipped, long parked) {

	/**
	 * Whether a subscriber works.
	 */
	public enum State {

		/** It works, or waits for entries or for the next attempt. */
		RUNNING,

		/** Somebody has paused it. */
		PAUSED,

		/** It cannot go on without help. */
		STOPPED,

		/**
		 * No application has a subscriber of that stack and id any more. Its row can be
		 * removed.
		 */
		ORPHANED

	}

}
