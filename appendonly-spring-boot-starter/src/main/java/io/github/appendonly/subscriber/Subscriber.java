package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.CursorAheadException;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Position;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.jpa.item.ItemConversionException;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.subscriber.SubscriberDefinition.OnExpired;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * What both ways of work have in common: how a step is read, and what becomes of the row
 * when something fails.
 *
 * @param <T> the type of the items
 */
final class Subscriber<T> {

	private static final Log logger = LogFactory.getLog(Subscriber.class);

	/** How often a node looks at a row that another one is working on. */
	static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

	/** How often a look at a row is recorded. */
	private static final Duration SEEN = SubscriberHead.ORPHANED.dividedBy(4);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	/** How often a lost race is repeated without a pause. */
	private static final int RACES = 3;

	private final SubscriberDefinition<T> definition;

	private final Parts parts;

	private final Source<T> source;

	private final Parking<T> parking;

	private int races;

	private int failures;

	Subscriber(SubscriberDefinition<T> definition, Parts parts) {
		this.definition = definition;
		this.parts = parts;
		AppendStack<T> stack = parts.structures().stack(definition.stack(), definition.type(), (settings) -> {
		});
		this.source = new Source<>(stack, definition.stack(), definition.type(), parts);
		this.parking = new Parking<>(definition, parts);
	}

	/**
	 * Returns how long a node is taken to live without a sign.
	 */
	Duration lease() {
		return this.definition.lease().orElse(this.parts.settings().lease());
	}

	/**
	 * Checks that a late sign does not cost the lease.
	 * @throws IllegalArgumentException if the lease is too short
	 */
	void requireLease() {
		if (lease().compareTo(this.parts.settings().heartBeat().multipliedBy(2)) < 0) {
			throw new IllegalArgumentException("The lease of the " + this.definition + " is " + lease()
					+ ", and must be at least twice as long as the heart-beat, which is "
					+ this.parts.settings().heartBeat());
		}
	}

	Parking<T> parking() {
		return this.parking;
	}

	SubscriberDefinition<T> definition() {
		return this.definition;
	}

	Source<T> source() {
		return this.source;
	}

	/**
	 * Reads the row, and locks it if no other node has it locked.
	 */
	Optional<SubscriberHead> lockFree() {
		return this.parts.rows().lockFree(this.definition.stack(), this.definition.id());
	}

	Optional<SubscriberHead> lock() {
		return this.parts.rows().lock(this.definition.stack(), this.definition.id());
	}

	Optional<SubscriberHead> find() {
		return this.parts.rows().find(this.definition.stack(), this.definition.id());
	}

	/**
	 * Creates the row, unless there is one. The caller must not be in a transaction.
	 */
	void createRow() {
		if (find().isPresent()) {
			return;
		}
		Position cursor = this.source.cursor(this.definition.startAt());
		if (this.definition.onFailure() == OnFailure.PARK) {
			this.parking.source().newest();
		}
		this.parts.transactions().inOwn(() -> {
			SubscriberHead row = SubscriberHead.starting(this.definition.stack(), this.definition.id(), cursor,
					this.parts.rows().now());
			this.parts.rows().createIfAbsent(row.parkedBefore(this.parking.size(), 0));
			return cursor;
		});
	}

	/**
	 * Returns what to do if the row does not let the subscriber work now.
	 */
	Optional<Outcome> hindrance(SubscriberHead head) {
		if (!head.isRunning()) {
			return Optional.of(Outcome.HALTED);
		}
		if (!head.retryIn().isZero()) {
			return Optional.of(Outcome.backingOff(head.retryIn()));
		}
		Duration leased = head.leasedFor(this.parts.node());
		if (!leased.isZero()) {
			return Optional.of(Outcome.busy((leased.compareTo(LOOK_AGAIN) < 0) ? leased : LOOK_AGAIN));
		}
		return Optional.empty();
	}

	/**
	 * Returns whether it is time to record that a node has looked at the row.
	 */
	static boolean seenLongAgo(SubscriberHead head) {
		return Duration.between(head.seenAt(), head.now()).compareTo(SEEN) > 0;
	}

	Changes<T> read(SubscriberHead head) {
		return this.source.after(head.cursor(), head.limit(this.definition.batchSize()));
	}

	/**
	 * Returns why a step must not be handled, if its cursor is not good any more.
	 */
	@Nullable RuntimeException badCursor(SubscriberHead head, Changes<T> step) {
		String stack = "stack '" + this.definition.stack() + "'";
		if (step.ahead()) {
			return new CursorAheadException(stack, head.cursor());
		}
		if (step.expired()) {
			if (this.definition.onExpired() == OnExpired.STOP) {
				return new CursorExpiredException(stack, head.cursor());
			}
			logger.warn("The " + this.definition + " goes on with the oldest entry that is kept: entries after "
					+ head.cursor() + " have been pruned");
		}
		return null;
	}

	/**
	 * Stops at a cursor that is not good any more, under the lock.
	 */
	SubscriberHead stoppedAtCursor(SubscriberHead head, RuntimeException cause) {
		String text = String.valueOf(cause.getMessage());
		this.parts.transactions()
			.afterCommit(() -> this.parts.listeners().stopped(this.definition, head.cursor(), text));
		return head.stopped(0, null, text);
	}

	/**
	 * Reads the next parked entry that is to be handled again.
	 */
	Changes<ParkedEntry<T>> readParked(SubscriberHead head) {
		return this.parking.source().after(head.parking().cursor(), 1);
	}

	/**
	 * Returns the position of the next parked entry, if it is erased.
	 */
	static Optional<Position> erased(Changes<? extends ParkedEntry<?>> parked) {
		return parked.gone().stream().map(Gone::position).findFirst();
	}

	/**
	 * Returns a parked entry as it was on its stack.
	 */
	Changes<T> original(Entry<ParkedEntry<T>> entry) {
		return SubscriberDefinition.only(new Entry<>(entry.item().position(), entry.item().item()));
	}

	/**
	 * Returns the row after a parked entry was handled. If it was the last one, the stack
	 * of parked entries is dropped. Nothing is dropped while the stack has more.
	 * @param position its position on the stack of parked entries
	 * @param last whether nothing comes after it on that stack
	 */
	SubscriberHead replayed(SubscriberHead head, Position position, boolean last) {
		SubscriberHead next = head.replayed(position);
		if (next.parking().count() > 0) {
			return next;
		}
		if (!last) {
			return next.parking(new SubscriberHead.Parking(1, position, next.parking().replays()));
		}
		this.parts.structures().drop(this.definition.parkedStack());
		return next.withoutParked();
	}

	/**
	 * Parks an entry again that has failed again, behind the others, as it is parked now,
	 * unless it was erased meanwhile.
	 */
	SubscriberHead parkedAgain(SubscriberHead head, Entry<ParkedEntry<T>> entry, Throwable cause) {
		Position position = entry.item().position();
		Optional<Entry<ParkedEntry<T>>> now = this.source.isErased(position) ? Optional.empty()
				: this.parking.source().asStored(entry);
		if (now.isEmpty()) {
			return head.replayed(entry.position());
		}
		boolean replaced = this.parking.source().isReplaced(entry, now.get());
		this.parking.park(new Entry<>(position, now.get().item().item()),
				replaced ? SubscriberHead.UNKNOWN_CAUSE : Failures.text(cause));
		return head.parkedAgain(entry.position());
	}

	/**
	 * Returns the row after no parked entry was found, although all that were committed
	 * are placed. Somebody has dropped their stack. There may be another one since.
	 */
	SubscriberHead withoutMissing(SubscriberHead head) {
		long left = this.parking.size();
		logger.warn("The " + this.definition + " does not find its parked entries on stack '"
				+ this.definition.parkedStack() + "' any more, and goes on with the " + left + " that are there");
		return head.parkedBefore(left, left);
	}

	/**
	 * Something went well.
	 */
	void succeeded() {
		this.races = 0;
		this.failures = 0;
	}

	/**
	 * Returns whether a failure is no fault of the entries, and what to do then.
	 * @param failure the failure, of the handler or of a transaction
	 * @param byHandler whether the handler has failed
	 */
	Optional<Outcome> excuse(Throwable failure, boolean byHandler) {
		Throwable translated = (failure instanceof RuntimeException exception) ? DatabaseFailures.translated(exception)
				: failure;
		if (this.parts.stopping().isTimedOut() || (failure instanceof RejectedExecutionException && !byHandler)) {
			return Optional.of(Outcome.HALTED);
		}
		if (translated instanceof ConcurrencyFailureException && this.races < RACES) {
			this.races++;
			return Optional.of(Outcome.MORE);
		}
		return (!byHandler && DatabaseFailures.isOutage(translated)) ? Optional.of(outage(translated))
				: Optional.empty();
	}

	/**
	 * The database, and not an entry, has failed.
	 */
	Outcome outage(Throwable failure) {
		if (this.failures == 0) {
			logger.warn("The " + this.definition + " waits for the database", failure);
		}
		Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(this.failures, 16));
		this.failures++;
		return Outcome.backingOff((pause.compareTo(LONGEST_PAUSE) < 0) ? pause : LONGEST_PAUSE);
	}

	/**
	 * Returns the failure that a step cannot be read, if that is due to what is stored.
	 */
	static @Nullable RuntimeException unreadable(Throwable failure) {
		return (failure instanceof ItemConversionException || failure instanceof CorruptStructureException)
				? (RuntimeException) failure : null;
	}

	/**
	 * Returns the row after a read has failed because of what is stored.
	 */
	SubscriberHead afterUnreadable(SubscriberHead head, RuntimeException failure) {
		Position position = (failure instanceof ItemConversionException unreadable) ? unreadable.position().orElse(null)
				: null;
		return (position != null) ? Failures.nextAt(head, this.definition, position, failure)
				: head.stopped(0, null, Failures.text(failure));
	}

	/**
	 * Returns whether a failure says nothing of the work: it would fail at another time
	 * only, or this node is stopping.
	 */
	boolean isPassing(Throwable failure) {
		Throwable translated = (failure instanceof RuntimeException exception) ? DatabaseFailures.translated(exception)
				: failure;
		return Errors.endJvm(failure) || failure instanceof RejectedExecutionException
				|| this.parts.stopping().isTimedOut() || DatabaseFailures.isOfDatabase(translated)
				|| DatabaseFailures.isUncertain(translated);
	}

	/**
	 * Records a failure, in a transaction. If that fails because the entry cannot be
	 * parked, the subscriber stops instead.
	 * @param work writes the row in a transaction; its argument is the reason not to park
	 * the entry, or null
	 */
	Outcome recorded(Function<@Nullable Throwable, Outcome> work) {
		try {
			return work.apply(null);
		}
		catch (RuntimeException | Error ex) {
			if (this.definition.onFailure() == OnFailure.STOP || isPassing(ex)) {
				throw ex;
			}
			return work.apply(ex);
		}
	}

	/**
	 * Writes the row after a failure whose entry could not be parked.
	 */
	Outcome writeNotParked(SubscriberHead next, Throwable failure, Throwable notParked) {
		SubscriberHead.Failure state = next.failure();
		SubscriberHead stopped = next.isRunning() ? next : next.stopped(state.attempts(), state.position(),
				state.cause() + "; the entry could not be parked: " + Failures.text(notParked));
		return write(stopped, null, failure);
	}

	/**
	 * Returns the row after a parked entry could not be read, or not be parked again. It
	 * stays where it is, and no parked entry is handled until somebody asks for it again.
	 */
	SubscriberHead afterParkedFailure(SubscriberHead head, Throwable failure) {
		String text = "A parked entry after " + head.parking().cursor() + " on stack '" + this.definition.parkedStack()
				+ "' cannot be handled: " + Failures.text(failure);
		return head.stopped(0, null, text).replayingNone();
	}

	/**
	 * Writes the row after a failure, under the lock, in a transaction in which
	 * application code may run. If it is the last attempt and the entry can be parked, it
	 * is, as it is stored now. If the entry was erased meanwhile, nothing is recorded,
	 * and the row moves on.
	 * @param next the row after the failure
	 * @param parkable the entry that has failed, if it could be read
	 * @param failure the failure
	 * @return what to do next
	 */
	Outcome write(SubscriberHead next, @Nullable Entry<T> parkable, Throwable failure) {
		Position failed = (parkable != null) ? parkable.position() : next.failure().position();
		if (failed != null && this.source.isErased(failed)) {
			this.parts.rows().write(next.movedTo(failed));
			return Outcome.MORE;
		}
		log(next, failure);
		if (parkable != null && this.definition.onFailure() == OnFailure.PARK) {
			Entry<T> now = this.source.asStored(parkable).orElse(parkable);
			boolean replaced = this.source.isReplaced(parkable, now);
			return writeOrPark(replaced ? next.withoutCause() : next, now);
		}
		return write(next);
	}

	private Outcome writeOrPark(SubscriberHead next, Entry<T> entry) {
		if (!Failures.parks(next, this.definition)) {
			return write(next);
		}
		this.parking.park(entry, String.valueOf(next.failure().cause()));
		this.parts.rows().write(next.parked(entry.position()));
		return Outcome.MORE;
	}

	private Outcome write(SubscriberHead next) {
		this.parts.rows().write(next);
		if (next.isRunning()) {
			return next.failure().retryAt() == null ? Outcome.MORE : Outcome.backingOff(next.retryIn());
		}
		Position at = (next.failure().position() != null) ? next.failure().position() : next.cursor();
		this.parts.transactions()
			.afterCommit(
					() -> this.parts.listeners().stopped(this.definition, at, String.valueOf(next.failure().cause())));
		return Outcome.HALTED;
	}

	/**
	 * The stack trace is logged the first time. Later ones tell the same.
	 */
	private void log(SubscriberHead next, Throwable failure) {
		SubscriberHead.Failure state = next.failure();
		String message = "The " + this.definition + " has failed"
				+ ((state.position() != null)
						? " at " + state.position() + ", attempt " + state.attempts() + " of "
								+ this.definition.maxAttempts()
						: (state.limit() > 0) ? " within a batch, and tries smaller ones"
								: " to read, attempt " + state.attempts() + " of " + this.definition.maxAttempts());
		if (state.position() == null || state.attempts() == 1) {
			logger.warn(message, failure);
		}
		else {
			logger.warn(message + ": " + failure);
		}
	}

	/**
	 * Ends a step that has failed in a way that nobody expects.
	 */
	Outcome unexpected(Throwable failure) {
		if (Errors.endJvm(failure)) {
			logger.error("The " + this.definition + " has failed", failure);
		}
		return this.parts.stopping().isTimedOut() ? Outcome.HALTED : outage(failure);
	}

}
