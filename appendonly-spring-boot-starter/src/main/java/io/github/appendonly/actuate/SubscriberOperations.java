package io.github.appendonly.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.subscriber.SubscriberStatus;
import io.github.appendonly.subscriber.Subscribers;
import org.jspecify.annotations.Nullable;

/**
 * The part of the endpoint that concerns durable subscribers.
 */
public final class SubscriberOperations {

	/**
	 * What can be done to a subscriber.
	 */
	public enum Action {

		/** {@link Subscribers#pause(String)}. */
		PAUSE,

		/** {@link Subscribers#resume(String)}. */
		RESUME,

		/** {@link Subscribers#skip(String)}. */
		SKIP,

		/** {@link Subscribers#moveTo(String, StartAt)}. */
		MOVE,

		/** {@link Subscribers#replayParked(String)}. */
		REPLAY

	}

	/**
	 * A subscriber.
	 *
	 * @param stack the name of the stack
	 * @param id the name of the subscriber
	 * @param state {@code running}, {@code paused}, {@code stopped} or {@code orphaned}
	 * @param cursor the position of the last entry that is handled
	 * @param lag the number of items after the cursor that are placed
	 * @param behindFor how long it has been behind, at least; null if it is caught up
	 * @param attempts how often the entry after the cursor has failed
	 * @param failed the position of the entry that fails, if it is known
	 * @param cause why it failed last, or why it has stopped
	 * @param failedAt when it failed last, or stopped
	 * @param retryAt when it is tried again
	 * @param skipped the number of entries that were skipped by hand
	 * @param lastSkipped the position of the last one
	 * @param parked the number of entries that are parked now
	 */
	public record Descriptor(String stack, String id, String state, String cursor, long lag, @Nullable String behindFor,
			int attempts, @Nullable String failed, @Nullable String cause, @Nullable Instant failedAt,
			@Nullable Instant retryAt, long skipped, @Nullable String lastSkipped, long parked) {

		static Descriptor of(SubscriberStatus one) {
			return new Descriptor(one.stack(), one.id(), one.state().name().toLowerCase(Locale.ROOT),
					one.cursor().toString(), one.lag(), one.behindFor().isZero() ? null : one.behindFor().toString(),
					one.attempts(), one.failed().map(Position::toString).orElse(null), one.cause().orElse(null),
					one.failedAt().orElse(null), one.retryAt().orElse(null), one.skipped(),
					one.lastSkipped().map(Position::toString).orElse(null), one.parked());
		}

	}

	private final Optional<Subscribers> subscribers;

	SubscriberOperations(Optional<Subscribers> subscribers) {
		this.subscribers = subscribers;
	}

	List<Descriptor> list() {
		return this.subscribers.map(Subscribers::status).orElse(List.of()).stream().map(Descriptor::of).toList();
	}

	Optional<Descriptor> find(String id) {
		return this.subscribers.flatMap((all) -> all.status(id)).map(Descriptor::of);
	}

	/**
	 * Changes a subscriber.
	 * @throws IllegalArgumentException if there is none, or if that cannot be done to it
	 */
	Descriptor change(String id, Action action, @Nullable String to) {
		try {
			change(existing(id), id, action, to);
		}
		catch (IllegalStateException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
		return find(id).orElseThrow();
	}

	private static void change(Subscribers subscribers, String id, Action action, @Nullable String to) {
		switch (action) {
			case PAUSE -> subscribers.pause(id);
			case RESUME -> subscribers.resume(id);
			case SKIP -> subscribers.skip(id);
			case REPLAY -> subscribers.replayParked(id);
			case MOVE -> {
				if (to == null) {
					throw new IllegalArgumentException("\"to\" is missing: oldest, newest, or a position such as 7-42");
				}
				subscribers.moveTo(id, StartAt.parse(to));
			}
		}
	}

	/**
	 * Removes an orphaned subscriber.
	 * @throws IllegalArgumentException if there is none, or if an application has it
	 */
	int remove(String id) {
		try {
			return existing(id).remove(id);
		}
		catch (IllegalStateException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	private Subscribers existing(String id) {
		return this.subscribers.orElseThrow(() -> new IllegalArgumentException("There is no subscriber '" + id + "'"));
	}

}
