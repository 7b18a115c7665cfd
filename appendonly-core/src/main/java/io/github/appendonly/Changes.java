package io.github.appendonly;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
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
 * {@code gone} and {@code unreadable}, or the position that the reader knew if they are
 * empty; for a reader that knew no position and found none, it is {@link Position#START}
 * @param caughtUp whether there was nothing newer; if false, the next step need not wait
 * @param expired whether entries after the position that the reader knew had already been
 * pruned, so that {@code entries} begin with the oldest entry that is kept
 * @param ahead whether the position that the reader knew is beyond the newest item. The
 * structure was dropped and made anew, or its database was restored to an earlier state,
 * or this read sees an older state than the reader saw before (a snapshot, a replica).
 * The cursor stays where it is. Items that get positions up to it will be missed, so the
 * reader should decide where to go on, for example at {@link Position#START}
 * @param gone the positions in the range of this step whose items are gone, oldest first
 * @param unreadable the positions in the range of this step whose items cannot be read,
 * oldest first; only for a reader that asks for it with
 * {@link ReadOption#REPORT_UNREADABLE}, and from structures on the heap
 */
public record Changes<T>(List<Entry<T>> entries, Position cursor, boolean caughtUp, boolean expired, boolean ahead,
		List<Gone> gone, List<Unreadable> unreadable) implements Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * Copies the lists.
	 */
	public Changes {
		entries = List.copyOf(entries);
		Objects.requireNonNull(cursor, "cursor");
		gone = List.copyOf(gone);
		unreadable = List.copyOf(unreadable);
	}

	/**
	 * Creates the result of a step in whose range every item can be read, unless it is
	 * gone.
	 * @param entries the entries after the position that the reader knew, oldest first
	 * @param cursor the position for the next step
	 * @param caughtUp whether there was nothing newer
	 * @param expired whether entries after the position that the reader knew had already
	 * been pruned
	 * @param ahead whether the position that the reader knew is beyond the newest item
	 * @param gone the positions in the range of this step whose items are gone, oldest
	 * first
	 */
	public Changes(List<Entry<T>> entries, Position cursor, boolean caughtUp, boolean expired, boolean ahead,
			List<Gone> gone) {
		this(entries, cursor, caughtUp, expired, ahead, gone, List.of());
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

	/**
	 * Converts the items of the entries. The cursor, and all that this step tells besides
	 * the entries, stay.
	 * @param <R> the type of the other items
	 * @param conversion makes another item of each item, for example one for a client
	 * @return a step with the other items at the same positions
	 * @throws NullPointerException if the conversion returns null
	 */
	public <R> Changes<R> map(Function<? super T, ? extends R> conversion) {
		List<Entry<R>> converted = this.entries.stream().map((entry) -> entry.<R>map(conversion)).toList();
		return new Changes<>(converted, this.cursor, this.caughtUp, this.expired, this.ahead, this.gone,
				this.unreadable);
	}

	/**
	 * Returns the part of this step before the first item that cannot be read. More
	 * follows after its cursor.
	 * <p>
	 * If the first position of this step is the one that cannot be read, and this step
	 * tells that entries have expired, the part is empty and tells just that. Its cursor
	 * is then a position before the first one.
	 * @return the part; this step if every item in its range can be read; nothing if the
	 * first position of this step is the one that cannot be read, and nothing has expired
	 */
	public Optional<Changes<T>> beforeUnreadable() {
		if (this.unreadable.isEmpty()) {
			return Optional.of(this);
		}
		Position end = this.unreadable.get(0).position();
		List<Entry<T>> readable = this.entries.stream().takeWhile((entry) -> end.isAfter(entry.position())).toList();
		List<Gone> absent = this.gone.stream().takeWhile((one) -> end.isAfter(one.position())).toList();
		return positions(readable, absent, List.of()).max(Comparator.naturalOrder())
			.or(() -> Optional.of(end).filter((first) -> this.expired && first.generation() > 0).map(Changes::before))
			.map((last) -> new Changes<>(readable, last, false, this.expired, this.ahead, absent));
	}

	/**
	 * Returns the first position in the range of this step, whether its item is there,
	 * gone or unreadable.
	 */
	Optional<Position> firstPosition() {
		return positions(this.entries, this.gone, this.unreadable).min(Comparator.naturalOrder());
	}

	/**
	 * Returns the part of this step up to the first generation that is missing in its
	 * range. More follows after its cursor.
	 */
	Changes<T> untilGap() {
		long[] generations = positions(this.entries, this.gone, this.unreadable).mapToLong(Position::generation)
			.distinct()
			.sorted()
			.toArray();
		int end = 1;
		while (end < generations.length && generations[end] == generations[end - 1] + 1) {
			end++;
		}
		if (end >= generations.length) {
			return this;
		}
		long missing = generations[end - 1] + 1;
		List<Entry<T>> kept = this.entries.stream().filter((one) -> one.position().generation() < missing).toList();
		List<Gone> absent = this.gone.stream().filter((one) -> one.position().generation() < missing).toList();
		List<Unreadable> unread = this.unreadable.stream()
			.filter((one) -> one.position().generation() < missing)
			.toList();
		Position last = positions(kept, absent, unread).max(Comparator.naturalOrder()).orElse(this.cursor);
		return new Changes<>(kept, last, false, this.expired, this.ahead, absent, unread);
	}

	/**
	 * Returns a position between a position and all that are before it. No item need have
	 * it.
	 */
	private static Position before(Position position) {
		return (position.index() > 0) ? new Position(position.generation(), position.index() - 1)
				: new Position(position.generation() - 1, Integer.MAX_VALUE);
	}

	private static Stream<Position> positions(List<? extends Entry<?>> entries, List<Gone> gone,
			List<Unreadable> unreadable) {
		return Stream
			.of(entries.stream().map(Entry::position), gone.stream().map(Gone::position),
					unreadable.stream().map(Unreadable::position))
			.flatMap((positions) -> positions);
	}

}
