package io.github.appendonly;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The result of one step of a reader that follows a structure.
 * <p>
 * A reader keeps {@link #cursor()} and passes it to the next step. It never misses an
 * entry that way, because entries become visible in the order of their positions. There
 * are two exceptions, and both are reported. Entries that were pruned before the reader
 * came are skipped: {@link #expired()}. A structure that was replaced by a shorter one
 * lacks entries that the reader knows: {@link #ahead()}.
 *
 * @param <T> the type of the items
 * @param entries the entries after the position that the reader knew, oldest first
 * @param cursor the position for the next step: the last position of {@code entries} and
 * {@code gone}, or the position that the reader knew if both are empty; for a reader that
 * knew no position and found none, it is {@link Position#START}
 * @param caughtUp whether there was nothing newer; if false, the next step need not wait
 * @param expired whether entries after the position that the reader knew had already been
 * pruned, so that {@code entries} begin with the oldest entry that is kept
 * @param ahead whether the position that the reader knew is beyond the newest item. The
 * structure was dropped and made anew, or its database was restored to an earlier state,
 * or this read sees an older state than the reader saw before (a snapshot, a replica).
 * The cursor stays where it is. Items that get positions up to it will be missed, so the
 * reader should decide where to go on, for example at {@link Position#START}
 * @param gone the positions in the range of this step whose items are gone, oldest first
 */
public record Changes<T>(List<Entry<T>> entries, Position cursor, boolean caughtUp, boolean expired, boolean ahead,
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
	 * Returns the first position in the range of this step, whether its item is there or
	 * gone.
	 */
	Optional<Position> firstPosition() {
		return Stream
			.concat(this.entries.stream().limit(1).map(Entry::position),
					this.gone.stream().limit(1).map(Gone::position))
			.min(Comparator.naturalOrder());
	}

	/**
	 * Creates the result of a step in whose range no item is gone, for a reader that is
	 * not ahead.
	 * @param entries the entries after the position that the reader knew, oldest first
	 * @param cursor the position for the next step
	 * @param caughtUp whether there was nothing newer
	 * @param expired whether entries after the position that the reader knew had already
	 * been pruned
	 */
	public Changes(List<Entry<T>> entries, Position cursor, boolean caughtUp, boolean expired) {
		this(entries, cursor, caughtUp, expired, false, List.of());
	}

}
