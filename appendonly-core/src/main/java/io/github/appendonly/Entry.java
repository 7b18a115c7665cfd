package io.github.appendonly;

import java.util.Objects;

/**
 * An item and the position it was given.
 *
 * @param <T> the type of the item
 * @param position where the item stands
 * @param item the item
 */
public record Entry<T>(Position position, T item) {

	/**
	 * Refuses nulls.
	 */
	public Entry {
		Objects.requireNonNull(position, "position");
		Objects.requireNonNull(item, "item");
	}

	/**
	 * Puts an item and its position together.
	 * @param <T> the type of the item
	 * @param generation the generation of the item's layer
	 * @param index the item's index in its layer
	 * @param item the item
	 * @return the entry
	 */
	public static <T> Entry<T> of(long generation, int index, T item) {
		return new Entry<>(new Position(generation, index), item);
	}

}
