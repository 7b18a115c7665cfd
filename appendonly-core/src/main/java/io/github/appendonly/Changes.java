package io.github.appendonly;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a reader that follows a structure gets in one step.
 * <p>
 * A reader keeps {@link #cursor()} and asks again with it. No entry is ever missed that
 * way: entries become visible in the order of their positions.
 *
 * @param <T> the type of the items
 * @param entries the entries after the cursor, oldest first
 * @param cursor the cursor to go on with: the last position in {@code entries} and
 * {@code gone}, or the one that was asked with; empty only while there has been nothing
 * to read from the start
 * @param caughtUp whether nothing newer was there; otherwise ask again at once
 * @param expired whether entries after the cursor had been pruned already, so that
 * {@code entries} begin with the oldest one that is kept
 * @param gone the positions after the cursor, up to {@code cursor}, whose items are gone,
 * oldest first
 */
public record Changes<T>(List<Entry<T>> entries, Optional<Position> cursor, boolean caughtUp, boolean expired,
		List<Gone> gone) {

	/**
	 * Copies the entries.
	 */
	public Changes {
		entries = List.copyOf(entries);
		Objects.requireNonNull(cursor, "cursor");
		gone = List.copyOf(gone);
	}

	/**
	 * Changes of which no item is gone.
	 * @param entries the entries after the cursor, oldest first
	 * @param cursor the cursor to go on with
	 * @param caughtUp whether nothing newer was there
	 * @param expired whether entries after the cursor had been pruned already
	 */
	public Changes(List<Entry<T>> entries, Optional<Position> cursor, boolean caughtUp, boolean expired) {
		this(entries, cursor, caughtUp, expired, List.of());
	}

}
