package io.github.appendonly.memory;

import java.util.List;

import io.github.appendonly.Layer;
import io.github.appendonly.Position;

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
	 * Whether entries after a position are not here any more.
	 * @param than the position
	 * @return whether a reader that knows only this position has missed something
	 */
	boolean hasLostAfter(Position than);

}
