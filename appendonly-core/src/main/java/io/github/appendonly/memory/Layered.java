package io.github.appendonly.memory;

import java.util.List;

import io.github.appendonly.Layer;
import io.github.appendonly.state.ExpiryMark;

/**
 * Layers at one moment. Immutable.
 *
 * @param <T> the type of the items
 */
interface Layered<T> {

	/**
	 * The layers, newest first; generations may leave gaps, and layers may be empty.
	 * @return an immutable list
	 */
	List<Layer<T>> newestFirst();

	/**
	 * The newest layer that is not kept.
	 * @return the mark that decides whether a cursor has expired
	 */
	ExpiryMark expiryMark();

}
