package io.github.appendonly;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Items at gap-free positions that can be read from both ends. A stack, an archive and
 * the history of both share these reads.
 * <p>
 * Iteration is lazy and reads in bounded portions, so it needs little memory, however
 * long the structure is. Items that are appended during an iteration neither appear in it
 * nor disturb it. Items that are pruned during an iteration may be missing at its old
 * end.
 * <p>
 * An item may be {@link Gone gone}: it was erased, or the structure only refers to it,
 * and it does not exist elsewhere any more. Its position stays and counts in
 * {@link #size()}. All reads leave it out; {@link #since(Position, int)} and
 * {@link #fromOldest(int)} also tell which positions are gone.
 * <p>
 * An item may be {@link Unreadable unreadable} where the structure converts its items.
 * Its position stays and counts too. A read that comes to it fails, and the exception of
 * the store has the position, from which the reader can go on. No read leaves it out
 * silently:
 * <ul>
 * <li>{@link #since(Position, int)} and {@link #fromOldest(int)} first return what is
 * before it. The next step fails. With {@link ReadOption#REPORT_UNREADABLE} they report
 * it and go on.</li>
 * <li>An iterator first returns what is newer. When it has failed, it goes on below the
 * item.</li>
 * <li>A page that would contain the item fails, and so does {@link #get(Position)}.</li>
 * </ul>
 * <p>
 * All methods may be called by many threads at once. An iterator is for one thread.
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
	 * @return a sequential, lazy stream, which need not be closed
	 */
	default Stream<Entry<T>> stream() {
		int characteristics = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
		return StreamSupport.stream(() -> Spliterators.spliteratorUnknownSize(iterator(), characteristics),
				characteristics, false);
	}

	/**
	 * Streams all entries, oldest first: for an export, for example.
	 * <p>
	 * The stream reads in bounded portions, as iteration does. It ends when it has caught
	 * up, so it also has the entries that are appended while it is read. A gap is never
	 * passed in silence: if entries are pruned before the stream comes to them, or if the
	 * structure is dropped meanwhile, it fails.
	 * @return a sequential, lazy stream, which need not be closed; it fails with a
	 * {@link CursorExpiredException} or a {@link CursorAheadException}, whose cursor is
	 * the last position that it has passed
	 */
	default Stream<Entry<T>> oldestFirst() {
		int characteristics = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
		return StreamSupport.stream(() -> Spliterators.spliteratorUnknownSize(new OldestFirst<>(this), characteristics),
				characteristics, false);
	}

	/**
	 * Returns the entries after a position, newest first.
	 * <p>
	 * If some of these entries have been pruned, the remaining ones are returned
	 * silently. {@link #since(Position, int)} tells the difference.
	 * @param than the position that the reader knows; it is excluded, and need not exist
	 * @return the newer entries, which are read lazily, and again by each iteration
	 */
	Iterable<Entry<T>> newer(Position than);

	/**
	 * Returns the entries after a position, oldest first: one step of a reader that
	 * follows the structure.
	 * <p>
	 * If the position is beyond the newest item, there are no entries, the cursor stays
	 * at that position, and {@link Changes#ahead()} is true.
	 * @param than the position that the reader knows: its cursor; {@link Position#START}
	 * for a reader that wants every item from the first one on
	 * @param limit the maximum number of entries to return, at least 1; where items are
	 * gone, a step may return fewer, even if more entries follow
	 * @return the entries, the gone positions, the next cursor, and whether entries have
	 * expired or more entries follow
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	Changes<T> since(Position than, int limit);

	/**
	 * Returns the entries after a position, oldest first, as
	 * {@link #since(Position, int)} does.
	 * <p>
	 * Structures that hold their items themselves need no options.
	 * @param than the position that the reader knows: its cursor
	 * @param limit the maximum number of entries to return, at least 1
	 * @param options what else the reader asks for
	 * @return the step
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	default Changes<T> since(Position than, int limit, ReadOption... options) {
		return since(than, limit);
	}

	/**
	 * Returns the oldest entries that are kept, oldest first: the first step of a reader
	 * that has no cursor yet. It accepts that older entries were pruned before it came.
	 * If there are no entries yet, the cursor is {@link Position#START}, so the reader is
	 * told if it misses any from then on.
	 * @param limit the maximum number of entries to return, at least 1; where items are
	 * gone, a step may return fewer, even if more entries follow
	 * @return the entries and the next cursor; they are never reported as expired
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	Changes<T> fromOldest(int limit);

	/**
	 * Returns the oldest entries that are kept, oldest first, as {@link #fromOldest(int)}
	 * does.
	 * <p>
	 * Structures that hold their items themselves need no options.
	 * @param limit the maximum number of entries to return, at least 1
	 * @param options what else the reader asks for
	 * @return the entries and the next cursor
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	default Changes<T> fromOldest(int limit, ReadOption... options) {
		return fromOldest(limit);
	}

	/**
	 * Returns all entries before a position, newest first.
	 * @param than the position to start below; it is excluded, and need not exist
	 * @return the older entries, which are read lazily, and again by each iteration
	 */
	Iterable<Entry<T>> older(Position than);

	/**
	 * Returns the entries before a position, newest first: one page backwards.
	 * @param than the position to start below; it is excluded, and need not exist
	 * @param limit the maximum number of entries to return, at least 1
	 * @return the page, which is empty if there are no older entries
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	List<Entry<T>> older(Position than, int limit);

	/**
	 * Returns the newest entries, newest first: the first page, which
	 * {@link #older(Position, int)} continues.
	 * @param limit the maximum number of entries to return, at least 1
	 * @return the page, which is empty if there are no entries
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	List<Entry<T>> newest(int limit);

	/**
	 * Returns the newest entry.
	 * @return the entry, or nothing if there are no entries
	 */
	default Optional<Entry<T>> newest() {
		return newest(1).stream().findFirst();
	}

	/**
	 * Returns the item at a position.
	 * @param position the position
	 * @return the item, or nothing if the item is gone, if the position was pruned, or if
	 * no item ever had it
	 */
	Optional<T> get(Position position);

	/**
	 * Counts the items after a position, up to a limit: the unread ones, for a badge that
	 * says "99+". It reads no items, only the lengths of what is kept.
	 * <p>
	 * Items that cannot be read and {@link Gone gone} ones count too. Items that have
	 * been pruned do not.
	 * @param than the position that the reader knows; it is excluded, and need not exist;
	 * after {@link Position#START}, all items count
	 * @param atMost where counting ends, at least 1
	 * @return the number of items, at most {@code atMost}
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	int countAfter(Position than, int atMost);

	/**
	 * Returns the number of items. Gone items count too.
	 * @return the number of items
	 */
	long size();

	/**
	 * Returns whether there are no items.
	 * @return whether {@link #size()} is 0
	 */
	default boolean isEmpty() {
		return size() == 0;
	}

}
