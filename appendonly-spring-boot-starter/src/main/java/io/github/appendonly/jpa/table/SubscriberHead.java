package io.github.appendonly.jpa.table;

import java.time.Duration;
import java.time.Instant;

import io.github.appendonly.Position;
import org.jspecify.annotations.Nullable;

/**
 * The row of a durable subscriber, and the rules by which it changes.
 *
 * @param stack the name of the stack
 * @param id the name of the subscriber
 * @param state whether it works
 * @param cursor the position of the last entry that is handled
 * @param movedAt when the cursor moved last
 * @param seenAt when a node that has the subscriber looked at the row last, about
 * @param failure what fails
 * @param skips what was skipped
 * @param parking what is parked
 * @param lease which node works, if it works outside of transactions
 * @param now the time of the database when the row was read; all times are of this clock
 */
public record SubscriberHead(String stack, String id, State state, Position cursor, Instant movedAt, Instant seenAt,
		Failure failure, Skips skips, Parking parking, Lease lease, Instant now) {

	/** Stands for a cause that may quote an item that was erased or replaced. */
	public static final String UNKNOWN_CAUSE = "Not known any more: an item was erased or replaced since";

	/** The end of the names of stacks of parked entries. */
	static final String PARKED = ".parked";

	/**
	 * How long after a node has last looked at a row no application has the subscriber
	 * any more, as far as others can tell.
	 */
	public static final Duration ORPHANED = Duration.ofMinutes(2);

	/**
	 * How long it then still holds layers of its stack: an application may be stopped for
	 * some days, and its subscribers go on afterwards.
	 */
	public static final Duration FORGOTTEN = Duration.ofDays(7);

	/**
	 * Whether a subscriber works.
	 */
	public enum State {

		/** It does. */
		RUNNING,

		/** Somebody has paused it. */
		PAUSED,

		/** It cannot go on without help. */
		STOPPED

	}

	/**
	 * What fails.
	 *
	 * @param attempts how often the entry after the cursor has failed
	 * @param position its position; null if it is not known yet which entry of a batch
	 * fails, or if none does
	 * @param cause why it failed last, or why the subscriber has stopped
	 * @param at when it failed last
	 * @param retryAt when to try again; null for at once
	 * @param limit the maximum number of entries of a batch, to find the one that fails;
	 * 0 if there is no limit
	 * @param until the position up to which that limit holds
	 */
	public record Failure(int attempts, @Nullable Position position, @Nullable String cause, @Nullable Instant at,
			@Nullable Instant retryAt, int limit, @Nullable Position until) {

		/** Nothing fails. */
		public static final Failure NONE = new Failure(0, null, null, null, null, 0, null);

		/**
		 * What is left of a failure when the cursor has moved.
		 */
		Failure movedTo(Position cursor) {
			boolean within = this.until != null && this.until.isAfter(cursor);
			return within ? new Failure(0, null, null, null, null, this.limit, this.until) : NONE;
		}

		private Position until(Position failed) {
			return (this.until != null && this.until.isAfter(failed)) ? this.until : failed;
		}

	}

	/**
	 * What was skipped by hand.
	 *
	 * @param count the number of entries
	 * @param last the position of the last one
	 */
	public record Skips(long count, @Nullable Position last) {

		/** Nothing was skipped. */
		public static final Skips NONE = new Skips(0, null);

	}

	/**
	 * What is parked.
	 *
	 * @param count the number of entries
	 * @param cursor the position, on the stack of the parked entries, of the last one
	 * that was handled since
	 * @param replays how many of the entries after that are to be handled again
	 */
	public record Parking(long count, Position cursor, long replays) {

		/** Nothing is parked. */
		public static final Parking NONE = new Parking(0, Position.START, 0);

	}

	/**
	 * Which node works, if it works outside of transactions.
	 *
	 * @param token a number that changes whenever a node gets the lease, and whenever the
	 * cursor is moved by hand; who has an older one must not move the cursor
	 * @param owner the node; null if there is none
	 * @param until when it no longer counts, unless the node gives a sign before
	 */
	public record Lease(long token, @Nullable String owner, @Nullable Instant until) {

		/** Nobody works. */
		public static final Lease NONE = new Lease(0, null, null);

		Lease revoked() {
			return new Lease(this.token + 1, null, null);
		}

	}

	/**
	 * Returns whether no node has looked at the row for so long that no application has
	 * the subscriber any more.
	 */
	public boolean isUnseen() {
		return Duration.between(this.seenAt, this.now).compareTo(ORPHANED) > 0;
	}

	/**
	 * Returns whether no node has looked at the row for so long that it holds no layers.
	 */
	public boolean isForgotten() {
		return Duration.between(this.seenAt, this.now).compareTo(FORGOTTEN) > 0;
	}

	/**
	 * Returns the row of a new subscriber.
	 */
	public static SubscriberHead starting(String stack, String id, Position cursor, Instant now) {
		return new SubscriberHead(stack, id, State.RUNNING, cursor, now, now, Failure.NONE, Skips.NONE, Parking.NONE,
				Lease.NONE, now);
	}

	/**
	 * Returns the name of the stack of a subscriber's parked entries.
	 */
	public static String parkedStack(String stack, String id) {
		return stack + "." + id + PARKED;
	}

	public boolean isRunning() {
		return this.state == State.RUNNING;
	}

	/**
	 * Returns how long to wait for the next attempt.
	 */
	public Duration retryIn() {
		return until(this.failure.retryAt());
	}

	/**
	 * Returns how long another node may still work.
	 * @param owner the node that asks
	 */
	public Duration leasedFor(String owner) {
		return owner.equals(this.lease.owner()) ? Duration.ZERO : until(this.lease.until());
	}

	private Duration until(@Nullable Instant time) {
		return (time != null && time.isAfter(this.now)) ? Duration.between(this.now, time) : Duration.ZERO;
	}

	/**
	 * The maximum number of entries to handle at once.
	 * @param batchSize the setting
	 */
	public int limit(int batchSize) {
		return (this.failure.limit() > 0) ? Math.min(this.failure.limit(), batchSize) : batchSize;
	}

	/**
	 * Entries were handled. Batches stay small up to the entry that made them so.
	 */
	public SubscriberHead handled(Position to) {
		return with(this.state, to, this.failure.movedTo(to), this.lease);
	}

	/**
	 * A batch has failed, and nobody knows which entry of it: smaller ones are tried at
	 * once.
	 * @param limit the maximum number of entries of the next batch
	 * @param last the last position that may be the one that fails
	 */
	public SubscriberHead failedWithin(int limit, Position last, String cause) {
		return failed(new Failure(0, null, cause, this.now, null, limit, this.failure.until(last)));
	}

	/**
	 * The entry after the cursor has failed.
	 * @param pause the time until the next attempt
	 */
	public SubscriberHead failedAt(Position position, String cause, Duration pause) {
		return failed(new Failure(this.failure.attempts() + 1, position, cause, this.now, this.now.plus(pause), 1,
				this.failure.until(position)));
	}

	/**
	 * What comes after the cursor could not be read.
	 * @param pause the time until the next attempt
	 */
	public SubscriberHead notRead(String cause, Duration pause) {
		return failed(new Failure(this.failure.attempts() + 1, null, cause, this.now, this.now.plus(pause),
				this.failure.limit(), this.failure.until()));
	}

	private SubscriberHead failed(Failure failure) {
		return with(this.state, this.cursor, failure, this.lease);
	}

	/**
	 * The subscriber cannot go on.
	 * @param position the position of the entry that fails; null if none does
	 */
	public SubscriberHead stopped(int attempts, @Nullable Position position, String cause) {
		Failure failure = new Failure(attempts, position, cause, this.now, null, (position != null) ? 1 : 0, position);
		return with(State.STOPPED, this.cursor, failure, this.lease);
	}

	/**
	 * The item that fails was replaced meanwhile, and the cause may quote the old one.
	 */
	public SubscriberHead withoutCause() {
		Failure known = this.failure;
		return failed(new Failure(known.attempts(), known.position(), UNKNOWN_CAUSE, known.at(), known.retryAt(),
				known.limit(), known.until()));
	}

	/**
	 * An entry was parked instead of stopping at it, and counts as handled.
	 */
	public SubscriberHead parked(Position position) {
		return movedTo(position)
			.parking(new Parking(this.parking.count() + 1, this.parking.cursor(), this.parking.replays()));
	}

	/**
	 * A parked entry was handled.
	 * @param position its position on the stack of parked entries
	 */
	public SubscriberHead replayed(Position position) {
		return parking(new Parking(this.parking.count() - 1, position, this.parking.replays() - 1));
	}

	/**
	 * A parked entry has failed again, and was parked behind the others.
	 * @param position its old position on the stack of parked entries
	 */
	public SubscriberHead parkedAgain(Position position) {
		return parking(new Parking(this.parking.count(), position, this.parking.replays() - 1));
	}

	/**
	 * What is parked is to be handled again.
	 */
	public SubscriberHead replaying() {
		return parking(new Parking(this.parking.count(), this.parking.cursor(), this.parking.count()));
	}

	/**
	 * What is parked stays parked.
	 */
	public SubscriberHead replayingNone() {
		return parking(new Parking(this.parking.count(), this.parking.cursor(), 0));
	}

	/**
	 * There is no stack of parked entries any more.
	 */
	public SubscriberHead withoutParked() {
		return parking(Parking.NONE);
	}

	/**
	 * The stack of parked entries is as another subscriber of this name, or another
	 * stack, has left it.
	 * @param count the number of entries on it
	 * @param replays how many of them are to be handled again
	 */
	public SubscriberHead parkedBefore(long count, long replays) {
		return parking(new Parking(count, Position.START, replays));
	}

	/**
	 * The row with other parked entries.
	 */
	public SubscriberHead parking(Parking parking) {
		return new SubscriberHead(this.stack, this.id, this.state, this.cursor, this.movedAt, this.now, this.failure,
				this.skips, parking, this.lease, this.now);
	}

	/**
	 * Somebody pauses the subscriber.
	 */
	public SubscriberHead paused() {
		State next = (this.state == State.RUNNING) ? State.PAUSED : this.state;
		return with(next, this.cursor, this.failure, this.lease);
	}

	/**
	 * Somebody lets the subscriber go on.
	 */
	public SubscriberHead resumed() {
		Failure again = new Failure(0, this.failure.position(), this.failure.cause(), this.failure.at(), null,
				this.failure.limit(), this.failure.until());
		return with(State.RUNNING, this.cursor, again, this.lease);
	}

	/**
	 * Somebody skips the entry that fails.
	 */
	public SubscriberHead skipped(Position position) {
		SubscriberHead moved = movedTo(position);
		return new SubscriberHead(this.stack, this.id, moved.state, moved.cursor, moved.movedAt, moved.seenAt,
				moved.failure, new Skips(this.skips.count() + 1, position), this.parking, moved.lease, this.now);
	}

	/**
	 * Somebody moves the cursor. Who works at the moment does not move it any more.
	 */
	public SubscriberHead movedTo(Position cursor) {
		State next = (this.state == State.STOPPED) ? State.RUNNING : this.state;
		return with(next, cursor, this.failure.movedTo(cursor), this.lease.revoked());
	}

	/**
	 * The stack was dropped. What is pushed onto the next one of its name is new.
	 */
	public SubscriberHead restarted() {
		State next = (this.state == State.STOPPED) ? State.RUNNING : this.state;
		return new SubscriberHead(this.stack, this.id, next, Position.START, this.now, this.seenAt, Failure.NONE,
				this.skips, Parking.NONE, this.lease.revoked(), this.now);
	}

	/**
	 * A node begins to work outside of transactions.
	 */
	public SubscriberHead leased(String owner, Duration lease) {
		return leased(new Lease(this.lease.token() + 1, owner, this.now.plus(lease)));
	}

	/**
	 * The node that works gives a sign.
	 */
	public SubscriberHead renewed(Duration lease) {
		return leased(new Lease(this.lease.token(), this.lease.owner(), this.now.plus(lease)));
	}

	/**
	 * The node that works has no more to do.
	 */
	public SubscriberHead released() {
		return leased(new Lease(this.lease.token(), null, null));
	}

	private SubscriberHead leased(Lease lease) {
		return new SubscriberHead(this.stack, this.id, this.state, this.cursor, this.movedAt, this.now, this.failure,
				this.skips, this.parking, lease, this.now);
	}

	/**
	 * A node works in a transaction. Who has a lease that no longer counts does not move
	 * the cursor any more.
	 */
	public SubscriberHead takenOver() {
		return leased(this.lease.revoked());
	}

	/**
	 * A node that has the subscriber has looked at the row.
	 */
	public SubscriberHead seen() {
		return leased(this.lease);
	}

	private SubscriberHead with(State state, Position cursor, Failure failure, Lease lease) {
		Instant moved = cursor.equals(this.cursor) ? this.movedAt : this.now;
		return new SubscriberHead(this.stack, this.id, state, cursor, moved, this.now, failure, this.skips,
				this.parking, lease, this.now);
	}

}
