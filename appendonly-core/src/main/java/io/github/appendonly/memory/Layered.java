package io.github.appendonly.memory;

import java.util.List;

import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.state.ExpiryMark;

/**
 * The layers of a structure at one moment. It never changes.
 *
 * @param <T> the type of the items
 */
interface Layered<T> {

	/**
	 * Returns the layers, newest first. Generations may be skipped, and layers may be
	 * empty.
	 * @return an immutable list
	 */
	List<Layer<T>> newestFirst();

	/**
	 * Returns the newest layer that is not kept.
	 * @return the mark that decides whether a cursor has expired
	 */
	ExpiryMark expiryMark();

	/**
	 * Returns whether a cursor is beyond the newest item.
	 */
	default boolean isAhead(Position cursor) {
		List<Layer<T>> layers = newestFirst();
		if (layers.isEmpty()) {
			return cursor.isAfter(Position.START);
		}
		Layer<T> newest = layers.get(0);
		return cursor.generation() > newest.generation()
				|| (cursor.generation() == newest.generation() && cursor.index() >= newest.length());
	}

}
