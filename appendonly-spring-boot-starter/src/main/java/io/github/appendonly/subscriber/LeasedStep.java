package io.github.appendonly.subscriber;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.SubscriberHead;
import org.jspecify.annotations.Nullable;

/**
 * A step of a subscriber whose handler runs outside of transactions, and holds no
 * connection. The node that works has a lease, by the clock of the database, and renews
 * it. The lease only decides who works. The cursor moves only if the row still has the
 * token of the lease: a node that was paused for longer, and comes back, moves nothing.
 *
 * @param <T> the type of the items
 */
final class LeasedStep<T> {

	/*
	 * A node looks without a lease first. If there is something to do, it gets the lease
	 * in a transaction that locks the row, and goes on only if the cursor is still where
	 * it has read. So it always reads from the stored cursor, also after it has lost a
	 * lease and won it back.
	 *
	 * Where the handler takes one entry at a time, the cursor moves after each of them: a
	 * node that dies repeats one call at most.
	 */

	/**
	 * What a look has found.
	 *
	 * @param head the row
	 * @param step what to handle
	 * @param replayed the parked entry that the step has, if it has one
	 * @param last whether no other parked entry comes after it
	 */
	private record Work<T>(SubscriberHead head, Changes<T> step, @Nullable Entry<ParkedEntry<T>> replayed,
			boolean last) {
	}

	/**
	 * What a look has found: work, or what to do instead.
	 */
	private record Look<T>(@Nullable Work<T> work, Outcome otherwise) {
	}

	private final Subscriber<T> subscriber;

	private final Parts parts;

	LeasedStep(Subscriber<T> subscriber, Parts parts) {
		this.subscriber = subscriber;
		this.parts = parts;
	}

	/**
	 * Looks on the calling thread, and works on another one.
	 */
	void run(Consumer<Outcome> done) {
		Outcome outcome;
		try {
			Look<T> look = this.parts.threads().onDatabase(this::look);
			Work<T> work = look.work();
			if (work != null) {
				this.parts.threads().call(() -> done.accept(safely(() -> work(work))));
				return;
			}
			outcome = look.otherwise();
		}
		catch (RejectedExecutionException ex) {
			outcome = Outcome.HALTED;
		}
		catch (Throwable ex) {
			outcome = this.subscriber.unexpected(ex);
		}
		done.accept(outcome);
	}

	private Outcome safely(Supplying work) {
		try {
			return work.get();
		}
		catch (Throwable ex) {
			return this.subscriber.unexpected(ex);
		}
	}

	/**
	 * Work with an outcome.
	 */
	@FunctionalInterface
	private interface Supplying {

		Outcome get();

	}

	private Look<T> look() {
		Optional<SubscriberHead> row = this.subscriber.find();
		if (row.isEmpty()) {
			this.subscriber.createRow();
			return new Look<>(null, Outcome.MORE);
		}
		SubscriberHead head = row.get();
		Optional<Outcome> hindrance = this.subscriber.hindrance(head);
		if (hindrance.isPresent()) {
			return idle(head, hindrance.get());
		}
		return (head.parking().replays() > 0) ? lookAtParked(head) : lookAtStack(head);
	}

	private Look<T> idle(SubscriberHead head, Outcome outcome) {
		if (Subscriber.seenLongAgo(head)) {
			change(SubscriberHead::seen);
		}
		return new Look<>(null, outcome);
	}

	private Look<T> lookAtParked(SubscriberHead head) {
		Changes<ParkedEntry<T>> parked;
		try {
			parked = this.subscriber.readParked(head);
		}
		catch (RuntimeException | Error ex) {
			if (Subscriber.unreadable(ex) == null && this.subscriber.isPassing(ex)) {
				throw ex;
			}
			return new Look<>(null, inTransaction(head,
					(row) -> this.subscriber.write(this.subscriber.afterParkedFailure(row, ex), null, ex)));
		}
		Optional<Position> erased = Subscriber.erased(parked);
		if (erased.isPresent()) {
			return new Look<>(null, inTransaction(head, (row) -> {
				this.parts.rows().write(this.subscriber.replayed(row, erased.get(), parked.caughtUp()));
				return Outcome.MORE;
			}));
		}
		if (parked.entries().isEmpty()) {
			return new Look<>(null, inTransaction(head, (row) -> {
				this.parts.rows().write(this.subscriber.withoutMissing(row));
				return Outcome.MORE;
			}));
		}
		Entry<ParkedEntry<T>> entry = parked.entries().get(0);
		return new Look<>(new Work<>(head, this.subscriber.original(entry), entry, parked.caughtUp()), Outcome.MORE);
	}

	private Look<T> lookAtStack(SubscriberHead head) {
		Changes<T> step;
		try {
			step = this.subscriber.read(head);
		}
		catch (RuntimeException | Error ex) {
			RuntimeException unreadable = Subscriber.unreadable(ex);
			if (unreadable == null && this.subscriber.isPassing(ex)) {
				throw ex;
			}
			return new Look<>(null, inTransaction(head, (row) -> {
				SubscriberHead next = (unreadable != null) ? this.subscriber.afterUnreadable(row, unreadable)
						: Failures.notRead(row, this.subscriber.definition(), ex);
				return this.subscriber.write(next, null, ex);
			}));
		}
		RuntimeException badCursor = this.subscriber.badCursor(head, step);
		if (badCursor != null) {
			return new Look<>(null, inTransaction(head, (row) -> {
				this.parts.rows().write(this.subscriber.stoppedAtCursor(row, badCursor));
				return Outcome.HALTED;
			}));
		}
		if (step.cursor().equals(head.cursor())) {
			this.subscriber.succeeded();
			return idle(head, Outcome.CAUGHT_UP);
		}
		return new Look<>(new Work<>(head, step, null, false), Outcome.MORE);
	}

	/**
	 * Changes the row, in a short transaction.
	 */
	private void change(Function<SubscriberHead, SubscriberHead> change) {
		this.parts.transactions().inOwn(() -> {
			Optional<SubscriberHead> free = this.subscriber.lockFree();
			free.ifPresent((row) -> this.parts.rows().write(change.apply(row)));
			return free;
		});
	}

	/**
	 * Does something with the row, unless it has changed since the look.
	 */
	private Outcome inTransaction(SubscriberHead before, Function<SubscriberHead, Outcome> work) {
		return this.parts.transactions()
			.inApplications(() -> this.subscriber.lockFree()
				.filter((row) -> isSame(before, row))
				.map(work)
				.orElse(Outcome.busy(Subscriber.LOOK_AGAIN)));
	}

	private boolean isSame(SubscriberHead before, SubscriberHead row) {
		return row.cursor().equals(before.cursor()) && row.parking().equals(before.parking())
				&& this.subscriber.hindrance(row).isEmpty();
	}

	private Outcome work(Work<T> work) {
		Optional<SubscriberHead> leased = this.parts.threads()
			.onDatabase(() -> this.parts.transactions().inOwn(() -> lease(work.head())));
		if (leased.isEmpty()) {
			return Outcome.busy(Subscriber.LOOK_AGAIN);
		}
		Leases.Held lease = new Leases.Held(leased.get(), this.subscriber.lease());
		this.parts.leases().keep(lease);
		try {
			return handle(work, lease);
		}
		finally {
			this.parts.leases().end(lease);
		}
	}

	private Optional<SubscriberHead> lease(SubscriberHead before) {
		Optional<SubscriberHead> leased = this.subscriber.lockFree()
			.filter((row) -> isSame(before, row))
			.map((row) -> row.leased(this.parts.node(), this.subscriber.lease()));
		leased.ifPresent(this.parts.rows()::write);
		return leased;
	}

	private Outcome handle(Work<T> work, Leases.Held lease) {
		Changes<T> step = work.step();
		if (!this.subscriber.definition().isOneByOne() || step.entries().isEmpty()) {
			return handle(work, step, lease, true);
		}
		List<Entry<T>> entries = step.entries();
		for (int i = 0; i < entries.size(); i++) {
			boolean last = i == entries.size() - 1;
			Changes<T> one = SubscriberDefinition.only(entries.get(i));
			boolean ends = last || this.parts.stopping().isRequested();
			Outcome outcome = handle(work, last ? upTo(one, step) : one, lease, ends);
			if (ends || outcome.kind() != Outcome.Kind.MORE || !lease.isKept()) {
				return outcome;
			}
		}
		return Outcome.MORE;
	}

	/**
	 * Returns a step with an entry, which ends where another one does: the positions that
	 * follow are gone.
	 */
	private static <T> Changes<T> upTo(Changes<T> one, Changes<T> step) {
		return new Changes<>(one.entries(), step.cursor(), step.caughtUp(), false);
	}

	/**
	 * Calls the handler, and moves the cursor.
	 * @param ends whether the lease ends with that
	 */
	private Outcome handle(Work<T> work, Changes<T> step, Leases.Held lease, boolean ends) {
		Delivery<T> delivery = new Delivery<>(this.subscriber.definition(), step, this.parts.listeners());
		try {
			delivery.call(this.parts.stopping());
		}
		catch (Delivery.HandlerException ex) {
			Throwable cause = (delivery.failure() != null) ? delivery.failure() : ex;
			delivery.failed(cause);
			lease.giveUp();
			return this.subscriber.recorded(
					(notParked) -> onDatabase(lease, (row) -> afterFailure(row, work, delivery, cause, notParked)));
		}
		try {
			Outcome outcome = onDatabase(lease, (row) -> moved(row, work, step, ends));
			this.subscriber.succeeded();
			delivery.succeeded();
			return outcome;
		}
		catch (RuntimeException ex) {
			delivery.failed(ex);
			throw ex;
		}
	}

	/**
	 * Does something with the row, if it still has the lease.
	 */
	private Outcome onDatabase(Leases.Held lease, Function<SubscriberHead, Outcome> work) {
		return this.parts.threads()
			.onDatabase(() -> this.parts.transactions()
				.inApplications(() -> this.subscriber.lock()
					.filter(lease::isIn)
					.map(work)
					.orElse(Outcome.busy(Subscriber.LOOK_AGAIN))));
	}

	private Outcome moved(SubscriberHead row, Work<T> work, Changes<T> step, boolean ends) {
		Entry<ParkedEntry<T>> replayed = work.replayed();
		SubscriberHead next = (replayed != null) ? this.subscriber.replayed(row, replayed.position(), work.last())
				: row.handled(step.cursor());
		boolean goesOn = !ends && next.isRunning();
		this.parts.rows().write(goesOn ? next : next.released());
		if (!next.isRunning()) {
			return Outcome.HALTED;
		}
		return (ends && step.caughtUp() && replayed == null) ? Outcome.CAUGHT_UP : Outcome.MORE;
	}

	private Outcome afterFailure(SubscriberHead row, Work<T> work, Delivery<T> delivery, Throwable cause,
			@Nullable Throwable notParked) {
		SubscriberHead free = row.released();
		Optional<Outcome> excuse = this.subscriber.excuse(cause, true);
		if (excuse.isPresent() || !row.isRunning()) {
			this.parts.rows().write(free);
			return excuse.orElse(Outcome.HALTED);
		}
		Entry<ParkedEntry<T>> replayed = work.replayed();
		if (replayed != null && notParked != null) {
			return this.subscriber.write(this.subscriber.afterParkedFailure(free, cause), null, cause);
		}
		if (replayed != null) {
			this.parts.rows().write(this.subscriber.parkedAgain(free, replayed, cause));
			return Outcome.MORE;
		}
		Changes<T> step = delivery.step();
		SubscriberHead next = Failures.next(free, this.subscriber.definition(), step, delivery.handledBeforeFailure(),
				cause);
		return (notParked != null) ? this.subscriber.writeNotParked(next, cause, notParked)
				: this.subscriber.write(next, step.entries().isEmpty() ? null : step.entries().get(0), cause);
	}

}
