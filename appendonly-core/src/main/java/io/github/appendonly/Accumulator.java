package io.github.appendonly;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A queue that many callers append to at once and that a consumer takes as a whole. Each
 * item goes to exactly one consumer.
 * <p>
 * An append never fails because of another append or because of a consumer. The queue has
 * no bound: items wait until they are consumed.
 * <p>
 * All methods may be called by many threads at once. An iterator is for one thread.
 * <p>
 * Items must not be null. Where the queue only refers to its items, {@link Gone gone}
 * items are left out by reads and by consumers, but count in {@link #size()}.
 *
 * @param <T> the type of the items
 */
public interface Accumulator<T> extends Iterable<T> {

	/** How long keys are remembered, unless the implementation is told otherwise. */
	Duration KEY_RETENTION = Duration.ofDays(1);

	/**
	 * Appends an item.
	 * @param item the item
	 * @throws NullPointerException if the item is null
	 */
	void append(T item);

	/**
	 * Appends an item, unless an item with the same key was appended lately. So an append
	 * whose outcome the caller does not know can be repeated.
	 * <p>
	 * The key is remembered for a time, which is {@link #KEY_RETENTION} unless the
	 * implementation is told otherwise, whether the item is consumed or not: a repeated
	 * append often comes after the item was consumed. An append whose transaction rolls
	 * back leaves the key free.
	 * <p>
	 * If another append with the same key is in progress, this one waits for its outcome.
	 * @param item the item
	 * @param key the key: 1 to 200 characters, not blank, without control characters;
	 * keys of different accumulators have nothing to do with each other
	 * @return whether the item was appended; if not, that of an earlier append was
	 * @throws IllegalArgumentException if the key is not valid; nothing is appended
	 * @throws NullPointerException if the item or the key is null
	 */
	boolean append(T item, String key);

	/**
	 * Appends all items in their order, or none of them.
	 * @param items the items; nothing happens if there are none
	 * @throws NullPointerException if an item is null
	 */
	void extend(Collection<? extends T> items);

	/**
	 * Takes all items out of the queue.
	 * <p>
	 * If several consumers run at once, each item goes to one of them; it is not defined
	 * to which. Items that another transaction is consuming are skipped. They return to
	 * the queue if that transaction rolls back.
	 * @return the items, oldest first
	 */
	List<T> consume();

	/**
	 * Takes the oldest items out of the queue. Concurrent consumers are treated as in
	 * {@link #consume()}.
	 * @param limit the maximum number of items to take, at least 1
	 * @return the items, oldest first
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	List<T> consume(int limit);

	/**
	 * Removes all items that meet a condition, for example to erase what belongs to a
	 * person. Nothing of them is kept. The other items keep their order.
	 * <p>
	 * Items that another transaction is consuming are removed too, if it rolls back: this
	 * method waits for it. Items that are appended meanwhile may stay.
	 * @param condition the condition; it may be asked about an item more than once
	 * @return the number of removed items
	 * @throws RuntimeException if an item cannot be read, so that nobody knows whether it
	 * meets the condition: after all others that meet it are removed
	 */
	long removeIf(Predicate<? super T> condition);

	/**
	 * Iterates over the items, oldest first, without taking them out.
	 */
	@Override
	Iterator<T> iterator();

	/**
	 * Streams the items, oldest first, without taking them out.
	 * @return a sequential, lazy stream, which need not be closed
	 */
	default Stream<T> stream() {
		return StreamSupport.stream(spliterator(), false);
	}

	/**
	 * Returns the number of items in the queue. Gone items count too.
	 * @return the number of items
	 */
	long size();

	/**
	 * Returns whether the queue has no items.
	 * @return whether {@link #size()} is 0
	 */
	default boolean isEmpty() {
		return size() == 0;
	}

}
