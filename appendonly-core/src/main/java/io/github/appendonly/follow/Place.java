package io.github.appendonly.follow;

import java.util.LinkedHashSet;
import java.util.Set;

import io.github.appendonly.StartAt;

/**
 * Where tails wait for the same read. All fields are guarded by the lock of the key.
 *
 * @param <T> the type of the items
 */
final class Place<T> {

	enum State {

		/** The first tail has just come. */
		NEW,

		/** There was nothing new. A wake makes it read. */
		IDLE,

		/** A read will begin, at once or after a delay. */
		QUEUED,

		/** A read is under way. */
		READING

	}

	final StartAt at;

	State state = State.NEW;

	/** The tails that the read under way is for. */
	final Set<Tail<T>> reading = new LinkedHashSet<>();

	/** The tails that the next read is for: they came when one was under way. */
	final Set<Tail<T>> waiting = new LinkedHashSet<>();

	/** How many reads in a row have failed. */
	int failures;

	Place(StartAt at) {
		this.at = at;
	}

	boolean isEmpty() {
		return this.reading.isEmpty() && this.waiting.isEmpty();
	}

}
