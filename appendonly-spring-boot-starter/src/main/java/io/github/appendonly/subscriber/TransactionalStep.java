package io.github.appendonly.subscriber;

import java.util.Optional;
import java.util.function.Consumer;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.SubscriberHead;
import org.jspecify.annotations.Nullable;

/**
 * A step of a subscriber whose handler runs in a transaction. That locks the row first,
 * then reads, calls the handler, and moves the cursor. So one node works at a time, the
 * place of one that dies is free when its connection ends, and effects in the same
 * database happen exactly once. No clock matters.
 *
 * @param <T> the type of the items
 */
final class TransactionalStep<T> {

	/**
	 * How far a step has come.
	 */
	private final class Attempt {

		private @Nullable SubscriberHead head;

		private @Nullable Delivery<T> delivery;

		private @Nullable Entry<ParkedEntry<T>> replayed;

		/** The row if the parked entry that it asks for was not there. */
		private @Nullable SubscriberHead parkedMissing;

	}

	private final Subscriber<T> subscriber;

	private final Parts parts;

	TransactionalStep(Subscriber<T> subscriber, Parts parts) {
		this.subscriber = subscriber;
		this.parts = parts;
	}

	/**
	 * Does a step on the calling thread.
	 */
	void run(Consumer<Outcome> done) {
		Outcome outcome;
		try {
			outcome = this.parts.threads().onDatabase(this::step);
		}
		catch (Throwable ex) {
			outcome = this.subscriber.unexpected(ex);
		}
		done.accept(outcome);
	}

	private Outcome step() {
		Attempt attempt = new Attempt();
		Outcome outcome;
		try {
			outcome = this.parts.transactions().inApplications(() -> step(attempt));
		}
		catch (Throwable ex) {
			if (attempt.delivery != null) {
				attempt.delivery.failed(ex);
			}
			return afterFailure(attempt, ex);
		}
		if (outcome.kind() == Outcome.Kind.MORE || outcome.kind() == Outcome.Kind.CAUGHT_UP) {
			this.subscriber.succeeded();
		}
		if (attempt.delivery != null) {
			attempt.delivery.succeeded();
		}
		if (attempt.head == null && this.subscriber.find().isEmpty()) {
			this.subscriber.createRow();
			return Outcome.MORE;
		}
		SubscriberHead missing = attempt.parkedMissing;
		return (missing != null) ? lookForParked(missing) : outcome;
	}

	private Outcome step(Attempt attempt) {
		Optional<SubscriberHead> free = this.subscriber.lockFree();
		if (free.isEmpty()) {
			return Outcome.busy(Subscriber.LOOK_AGAIN);
		}
		SubscriberHead head = free.get();
		attempt.head = head;
		Optional<Outcome> hindrance = this.subscriber.hindrance(head);
		if (hindrance.isPresent()) {
			return idle(head, hindrance.get());
		}
		if (head.lease().owner() != null) {
			head = head.takenOver();
			this.parts.rows().write(head);
		}
		if (head.parking().replays() > 0) {
			return replay(attempt, head);
		}
		Changes<T> step = this.subscriber.read(head);
		RuntimeException badCursor = this.subscriber.badCursor(head, step);
		if (badCursor != null) {
			this.parts.rows().write(this.subscriber.stoppedAtCursor(head, badCursor));
			return Outcome.HALTED;
		}
		if (step.cursor().equals(head.cursor())) {
			return idle(head, Outcome.CAUGHT_UP);
		}
		Position handled = call(attempt, step);
		write(head, handled);
		return (step.caughtUp() && handled.equals(step.cursor())) ? Outcome.CAUGHT_UP : Outcome.MORE;
	}

	private Outcome idle(SubscriberHead head, Outcome outcome) {
		if (Subscriber.seenLongAgo(head)) {
			this.parts.rows().write(head.seen());
		}
		return outcome;
	}

	private Position call(Attempt attempt, Changes<T> step) {
		Delivery<T> delivery = new Delivery<>(this.subscriber.definition(), step, this.parts.listeners());
		attempt.delivery = delivery;
		int era = this.parts.stopping().era();
		delivery.call(this.parts.stopping());
		this.parts.stopping().requireInTime(era);
		return delivery.handled();
	}

	/**
	 * Writes the row, unless the handler has changed it. What it has done to it stays: a
	 * pause, for example. If it has moved the cursor, that stays where it is.
	 */
	private void write(SubscriberHead before, Position handled) {
		if (this.parts.rows().writeIfUntouched(before.handled(handled))) {
			return;
		}
		this.subscriber.lock()
			.filter((now) -> now.lease().token() == before.lease().token())
			.ifPresent((now) -> this.parts.rows().write(now.handled(handled)));
	}

	private Outcome replay(Attempt attempt, SubscriberHead head) {
		Changes<ParkedEntry<T>> step = this.subscriber.readParked(head);
		Optional<Position> erased = Subscriber.erased(step);
		if (erased.isPresent()) {
			this.parts.rows().write(this.subscriber.replayed(head, erased.get(), step.caughtUp()));
			return Outcome.MORE;
		}
		if (step.entries().isEmpty()) {
			attempt.parkedMissing = head;
			return Outcome.MORE;
		}
		Entry<ParkedEntry<T>> entry = step.entries().get(0);
		attempt.replayed = entry;
		call(attempt, this.subscriber.original(entry));
		// The handler may have changed the row, or dropped the stack with all parked
		// entries
		this.subscriber.lock()
			.filter((now) -> now.parking().replays() > 0)
			.ifPresent(
					(now) -> this.parts.rows().write(this.subscriber.replayed(now, entry.position(), step.caughtUp())));
		return Outcome.MORE;
	}

	/**
	 * Looks for parked entries outside of transactions, where a read places what is
	 * committed. If there are none, the row no longer asks for them, unless it has
	 * changed since.
	 */
	private Outcome lookForParked(SubscriberHead before) {
		Changes<ParkedEntry<T>> parked = this.subscriber.readParked(before);
		if (parked.entries().isEmpty() && parked.gone().isEmpty()) {
			this.parts.transactions().inOwn(() -> {
				Optional<SubscriberHead> row = this.subscriber.lockFree()
					.filter((now) -> now.parking().equals(before.parking()));
				row.ifPresent((now) -> this.parts.rows().write(this.subscriber.withoutMissing(now)));
				return row;
			});
		}
		return Outcome.MORE;
	}

	private Outcome afterFailure(Attempt attempt, Throwable failure) {
		Delivery<T> delivery = attempt.delivery;
		Throwable byHandler = (delivery != null) ? delivery.failure() : null;
		Throwable cause = (byHandler != null) ? byHandler : failure;
		RuntimeException unreadable = (delivery == null) ? Subscriber.unreadable(failure) : null;
		SubscriberHead head = attempt.head;
		Optional<Outcome> excuse = this.subscriber.excuse(cause, byHandler != null);
		if (excuse.isPresent()) {
			return excuse.get();
		}
		if (head == null || (delivery == null && unreadable == null && this.subscriber.isPassing(failure))) {
			return this.subscriber.outage(failure);
		}
		return this.subscriber.recorded((notParked) -> this.parts.transactions()
			.inApplications(() -> record(attempt, head, cause, unreadable, notParked)));
	}

	/**
	 * Records a failure, unless another node works on the row now, or has moved it.
	 */
	private Outcome record(Attempt attempt, SubscriberHead before, Throwable cause,
			@Nullable RuntimeException unreadable, @Nullable Throwable notParked) {
		Optional<SubscriberHead> free = this.subscriber.lockFree();
		if (free.isEmpty()) {
			return Outcome.busy(Subscriber.LOOK_AGAIN);
		}
		SubscriberHead head = free.get();
		Entry<ParkedEntry<T>> replayed = attempt.replayed;
		if (!head.isRunning() || !head.cursor().equals(before.cursor())
				|| !head.parking().cursor().equals(before.parking().cursor())) {
			return Outcome.MORE;
		}
		Delivery<T> delivery = attempt.delivery;
		if (before.parking().replays() > 0 && (delivery == null || notParked != null)) {
			return this.subscriber.write(this.subscriber.afterParkedFailure(head, cause), null, cause);
		}
		if (replayed != null) {
			this.parts.rows().write(this.subscriber.parkedAgain(head, replayed, cause));
			return Outcome.MORE;
		}
		if (delivery == null) {
			SubscriberHead next = (unreadable != null) ? this.subscriber.afterUnreadable(head, unreadable)
					: Failures.notRead(head, this.subscriber.definition(), cause);
			return this.subscriber.write(next, null, cause);
		}
		Changes<T> step = delivery.step();
		SubscriberHead next = Failures.next(head, this.subscriber.definition(), step, delivery.handledBeforeFailure(),
				cause);
		return (notParked != null) ? this.subscriber.writeNotParked(next, cause, notParked)
				: this.subscriber.write(next, step.entries().isEmpty() ? null : step.entries().get(0), cause);
	}

}
