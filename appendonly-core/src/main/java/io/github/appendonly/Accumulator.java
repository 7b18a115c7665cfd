package io.github.appendonly;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A conflict-free queue: appended to by many at once, and consumed whole.
 * <p>
 * Appending never fails because of another append or of a consumer, and each item is
 * given to exactly one consumer. Items must not be null. Where the queue only refers to
 * its items, those that are {@link Gone gone} are left out, but count in {@link #size()}.
 *
 * @param <T> the type of the items
 */
public interface Accumulator<T> extends Iterable<T> {

	/**
	 * Appends an item.
	 * @param item the item
	 * @throws NullPointerException if the item is null
	 */
	void append(T item);

	/**
	 * Appends items, in order and all or none.
	 * @param items the items; nothing happens when there are none
	 * @throws NullPointerException if an item is null
	 */
	void extend(Collection<? extends T> items);

	/**
	 * Takes all items out, oldest first.
	 * <p>
	 * Of several consumers at once each item goes to one; which of them gets which is
	 * open. Items that another transaction is consuming are left to it, and come back if
	 * it rolls back.
	 * @return the items, oldest first
	 */
	List<T> consume();

	/**
	 * Takes the oldest items out.
	 * @param limit the number of items to take at most, at least 1
	 * @return the items, oldest first
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	List<T> consume(int limit);

	/**
	 * Iterates over the items without taking them, oldest first.
	 */
	@Override
	Iterator<T> iterator();

	/**
	 * Streams the items without taking them, oldest first.
	 * @return a sequential, lazy stream; it holds nothing that must be closed
	 */
	default Stream<T> stream() {
		return StreamSupport.stream(spliterator(), false);
	}

	/**
	 * How many items wait.
	 * @return the number of items
	 */
	long size();

	/**
	 * Whether no items wait.
	 * @return whether it is empty
	 */
	default boolean isEmpty() {
		return size() == 0;
	}

}
