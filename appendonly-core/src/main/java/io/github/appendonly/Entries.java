package io.github.appendonly;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Items at gap-free positions, to be read from either end: what a stack, an archive and
 * the history of both have in common.
 * <p>
 * An item may be {@link Gone gone} where the structure only refers to it. It keeps its
 * position and counts in {@link #size()}, but reads leave it out and go on;
 * {@link #since(Position, int)} and {@link #fromOldest(int)} say which are.
 * <p>
 * Iteration is lazy and reads in bounded portions, so that it needs little memory however
 * long the structure is. What is appended while an iteration runs does not show in it,
 * nor does it disturb it; what is pruned meanwhile is left out at the old end. Iterators
 * are for one thread each; everything else may be used by many at once.
 *
 * @param <T> the type of the items
 */
public interface Entries<T> extends Iterable<Entry<T>> {

	/**
	 * Iterates over all entries, newest first.
	 */
	@Override
	Iterator<Entry<T>> iterator();

	/**
	 * Streams all entries, newest first.
	 * @return a sequential, lazy stream; it holds nothing that must be closed
	 */
	default Stream<Entry<T>> stream() {
		int characteristics = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
		return StreamSupport.stream(() -> Spliterators.spliteratorUnknownSize(iterator(), characteristics),
				characteristics, false);
	}

	/**
	 * The entries after a position, newest first.
	 * <p>
	 * Where entries after the position have been pruned, the rest is given without a
	 * word; {@link #since(Position, int)} tells.
	 * @param than the position that the reader knows; it is left out itself, and need not
	 * be there
	 * @return the newer entries; each iteration reads anew
	 */
	Iterable<Entry<T>> newer(Position than);

	/**
	 * The entries after a position, oldest first: one step of a reader that follows.
	 * <p>
	 * A position beyond the newest entry is answered with no entries and itself as the
	 * next cursor.
	 * @param than the position that the reader knows, its cursor
	 * @param limit the number of entries to give at most, at least 1
	 * @return the entries, and whether some are gone or more are there
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	Changes<T> since(Position than, int limit);

	/**
	 * The oldest entries that are kept, oldest first: the first step of a reader that has
	 * no cursor yet.
	 * @param limit the number of entries to give at most, at least 1
	 * @return the entries; never expired
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	Changes<T> fromOldest(int limit);

	/**
	 * All entries before a position, newest first.
	 * @param than the position to start below; it is left out itself, and need not be
	 * there
	 * @return the older entries, read lazily; each iteration reads anew
	 */
	Iterable<Entry<T>> older(Position than);

	/**
	 * The entries before a position, newest first: one page backwards.
	 * @param than the position to start below; it is left out itself, and need not be
	 * there
	 * @param limit the number of entries to give at most, at least 1
	 * @return the page; empty when nothing older is there
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	List<Entry<T>> older(Position than, int limit);

	/**
	 * The newest entries, newest first: the page that {@link #older(Position, int)} goes
	 * on from.
	 * @param limit the number of entries to give at most, at least 1
	 * @return the page; empty when there are no entries
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	List<Entry<T>> newest(int limit);

	/**
	 * The newest entry.
	 * @return the entry, or nothing when there are none
	 */
	default Optional<Entry<T>> newest() {
		return newest(1).stream().findFirst();
	}

	/**
	 * The item at a position.
	 * @param position the position
	 * @return the item, or nothing when it is gone, or the position was pruned or never
	 * given
	 */
	Optional<T> get(Position position);

	/**
	 * How many items are there, those that are gone included.
	 * @return the number of items
	 */
	long size();

	/**
	 * Whether there are no items.
	 * @return whether it is empty
	 */
	default boolean isEmpty() {
		return size() == 0;
	}

}
