package io.github.appendonly.subscriber;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.SubscriberHead;

/**
 * Tells people how a subscriber is.
 */
final class Statuses {

	private Statuses() {
	}

	/**
	 * Returns the status that a row shows.
	 * @param row the row
	 * @param orphan whether no application has the subscriber any more
	 * @param lag the number of items after the cursor
	 * @param behindFor for how long there has been something to do, as far as this node
	 * knows
	 */
	static SubscriberStatus of(SubscriberHead row, boolean orphan, long lag, Duration behindFor) {
		SubscriberHead.Failure failure = row.failure();
		SubscriberStatus.State state = orphan ? SubscriberStatus.State.ORPHANED
				: SubscriberStatus.State.valueOf(row.state().name());
		Instant failedAt = failure.at();
		Duration failingFor = (failedAt != null) ? Duration.between(failedAt, row.now()) : Duration.ZERO;
		Duration behind = (failingFor.compareTo(behindFor) > 0) ? failingFor : behindFor;
		return new SubscriberStatus(row.stack(), row.id(), state, row.cursor(), lag, (lag > 0) ? behind : Duration.ZERO,
				failure.attempts(), Optional.ofNullable(failure.position()), Optional.ofNullable(failure.cause()),
				Optional.ofNullable(failedAt), Optional.ofNullable(failure.retryAt()), row.skips().count(),
				Optional.ofNullable(row.skips().last()), row.parking().count());
	}

	/**
	 * Returns why somebody has waited in vain.
	 */
	static String behind(SubscriberHead row, Position target, Duration limit) {
		return "Subscriber '" + row.id() + "' of stack '" + row.stack() + "' has not handled the entries up to "
				+ target + (row.isRunning() ? " within " + limit : "") + ": " + describe(row);
	}

	/**
	 * Returns why nobody can wait for a subscriber whose cursor is ahead.
	 */
	static String ahead(SubscriberHead row, Position newest) {
		return "Subscriber '" + row.id() + "' of stack '" + row.stack()
				+ "' is ahead of the stack, whose newest entry is " + newest
				+ ", as if the database was restored to an earlier time: " + describe(row)
				+ ". Move its cursor with moveTo";
	}

	static String describe(SubscriberHead row) {
		SubscriberHead.Failure failure = row.failure();
		return "it is " + row.state() + " at " + row.cursor()
				+ ((failure.cause() != null) ? ", after " + failure.attempts() + " failures"
						+ ((failure.position() != null) ? " of the entry " + failure.position() : "") + ": "
						+ failure.cause() : "");
	}

}
