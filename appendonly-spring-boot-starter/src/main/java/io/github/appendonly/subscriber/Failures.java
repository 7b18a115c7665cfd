package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;

/**
 * What a failure makes of a subscriber's row.
 */
final class Failures {

	private static final int FIFTH = 5;

	/** Twice as long each time; with more, the product would overflow. */
	private static final int MAX_DOUBLINGS = 30;

	private Failures() {
	}

	/**
	 * Returns the row after a failure.
	 * @param head the row before it
	 * @param subscriber the settings
	 * @param step what was read
	 * @param before how many entries come before the one that has failed; negative if
	 * nobody knows which one it is
	 * @param cause the failure
	 */
	static SubscriberHead next(SubscriberHead head, SubscriberDefinition<?> subscriber, Changes<?> step, int before,
			Throwable cause) {
		List<? extends Entry<?>> entries = step.entries();
		if (before < 0) {
			return head.failedWithin(entries.size() / 2, step.cursor(), text(cause));
		}
		if (before > 0) {
			return head.failedWithin(before, entries.get(before).position(), text(cause));
		}
		return nextAt(head, subscriber, entries.isEmpty() ? step.cursor() : entries.get(0).position(), cause);
	}

	/**
	 * Returns the row after a failure of the entry after the cursor. If it is the last
	 * attempt and the entry is to be parked, the row says that it has stopped, and who
	 * writes it parks instead.
	 */
	static SubscriberHead nextAt(SubscriberHead head, SubscriberDefinition<?> subscriber, Position position,
			Throwable cause) {
		int attempts = head.failure().attempts() + 1;
		if (attempts >= subscriber.maxAttempts()) {
			return head.stopped(attempts, position, text(cause));
		}
		return head.failedAt(position, text(cause), pause(subscriber, attempts));
	}

	/**
	 * Returns the row after a step could not be read, for a reason that may pass and is
	 * not the database's.
	 */
	static SubscriberHead notRead(SubscriberHead head, SubscriberDefinition<?> subscriber, Throwable cause) {
		int attempts = head.failure().attempts() + 1;
		return (attempts >= subscriber.maxAttempts()) ? head.stopped(attempts, null, text(cause))
				: head.notRead(text(cause), pause(subscriber, attempts));
	}

	/**
	 * Returns whether to park the entry rather than to stop at it.
	 */
	static boolean parks(SubscriberHead next, SubscriberDefinition<?> subscriber) {
		return !next.isRunning() && subscriber.onFailure() == OnFailure.PARK;
	}

	private static Duration pause(SubscriberDefinition<?> subscriber, int attempts) {
		Duration doubled = subscriber.backOff().multipliedBy(1L << Math.min(attempts - 1, MAX_DOUBLINGS));
		long millis = Math.min(doubled.toMillis(), subscriber.maxBackOff().toMillis());
		return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / FIFTH + 1));
	}

	/**
	 * Returns what a row says of a failure.
	 */
	static String text(Throwable failure) {
		return failure.toString();
	}

}
