package io.github.appendonly;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of one step of a reader that follows a structure.
 * <p>
 * A reader keeps {@link #cursor()} and passes it to the next step. It never misses an
 * entry that way, because entries become visible in the order of their positions. Only
 * entries that were pruned before the reader came are skipped, and {@link #expired()}
 * tells so.
 *
 * @param <T> the type of the items
 * @param entries the entries after the position that the reader knew, oldest first
 * @param cursor the position for the next step: the last position of {@code entries} and
 * {@code gone}, or the position that the reader knew if both are empty; empty only for a
 * reader that knew no position and found none
 * @param caughtUp whether there was nothing newer; if false, the next step need not wait
 * @param expired whether entries after the position that the reader knew had already been
 * pruned, so that {@code entries} begin with the oldest entry that is kept
 * @param gone the positions in the range of this step whose items are gone, oldest first
 */
public record Changes<T>(List<Entry<T>> entries, Optional<Position> cursor, boolean caughtUp, boolean expired,
		List<Gone> gone) {

	/**
	 * Copies both lists.
	 */
	public Changes {
		entries = List.copyOf(entries);
		Objects.requireNonNull(cursor, "cursor");
		gone = List.copyOf(gone);
	}

	/**
	 * Creates the result of a step in whose range no item is gone.
	 * @param entries the entries after the position that the reader knew, oldest first
	 * @param cursor the position for the next step
	 * @param caughtUp whether there was nothing newer
	 * @param expired whether entries after the position that the reader knew had already
	 * been pruned
	 */
	public Changes(List<Entry<T>> entries, Optional<Position> cursor, boolean caughtUp, boolean expired) {
		this(entries, cursor, caughtUp, expired, List.of());
	}

}
