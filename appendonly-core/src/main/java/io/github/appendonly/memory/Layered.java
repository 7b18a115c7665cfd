package io.github.appendonly.memory;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.Unreadable;
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
	 * Returns the layer that has a position.
	 */
	default Optional<Layer<T>> layerOf(Position position) {
		return LayeredEntries.layerIn(newestFirst(), position.generation())
			.filter((layer) -> position.index() >= 0 && position.index() < layer.length());
	}

	/**
	 * Returns the entry at a position.
	 */
	default Optional<Entry<T>> entry(Position position) {
		return layerOf(position).flatMap((layer) -> layer.entry(position.index()));
	}

	/**
	 * Returns whether an entry is there, with the very same item.
	 */
	default boolean has(Entry<T> known) {
		return entry(known.position()).filter((entry) -> entry.item() == known.item()).isPresent();
	}

	/**
	 * Returns whether another item is in the place of one that was read.
	 */
	default boolean hasOther(Entry<T> known) {
		return entry(known.position()).filter((entry) -> entry.item() != known.item()).isPresent();
	}

	/**
	 * Returns whether something is left to erase at a position.
	 */
	default boolean isErasable(Position position) {
		return layerOf(position).filter((layer) -> !layer.gone().contains(Gone.erased(position))).isPresent();
	}

	/**
	 * Returns the number of items between two positions that cannot be read.
	 */
	default long unreadable(Position from, Position below) {
		return newestFirst().stream()
			.flatMap((layer) -> layer.unreadable().stream())
			.map(Unreadable::position)
			.filter((position) -> position.isAfter(from) && below.isAfter(position))
			.count();
	}

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
