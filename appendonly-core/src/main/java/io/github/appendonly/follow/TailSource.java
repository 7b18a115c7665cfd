package io.github.appendonly.follow;

import io.github.appendonly.Changes;
import io.github.appendonly.Position;

/**
 * How followers read. Followers of equal sources share their reads.
 *
 * @param <T> the type of the items
 */
public interface TailSource<T> {

	/**
	 * Returns a step after a cursor, as {@code Entries} does.
	 * @param than the cursor
	 * @param limit the maximum number of entries
	 * @return the step
	 */
	Changes<T> since(Position than, int limit);

	/**
	 * Returns a step from the oldest entry, as {@code Entries} does.
	 * @param limit the maximum number of entries
	 * @return the step
	 */
	Changes<T> fromOldest(int limit);

	/**
	 * Returns the newest position, whether its item can be read or not.
	 * @return the position; {@link Position#START} if there is none
	 */
	Position newest();

	/**
	 * Returns what is read, as messages name it, for example {@code "stack 'orders'"}.
	 * @return the name
	 */
	String structure();

}
