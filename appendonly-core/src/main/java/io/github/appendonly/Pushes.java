package io.github.appendonly;

import java.util.List;

/**
 * Takes items to push. A stack is one itself, and gives two others that take part in
 * transactions in another way: {@link AppendStack#independently()} and
 * {@link AppendStack#afterCommit()}. Code that only pushes need not know which one it
 * has.
 * <p>
 * All methods may be called by many threads at once. Items must not be null.
 *
 * @param <T> the type of the items
 */
public interface Pushes<T> {

	/**
	 * Pushes an item.
	 * @param item the item
	 * @throws NullPointerException if the item is null
	 */
	void push(T item);

	/**
	 * Pushes all items at consecutive positions, or none of them.
	 * @param items the items, oldest first; nothing happens if there are none
	 * @throws NullPointerException if an item is null
	 */
	void pushAll(List<? extends T> items);

}
