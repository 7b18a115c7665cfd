package io.github.appendonly;

import java.util.List;

/**
 * A run of consecutive items of one generation: the unit in which a stack prunes and an
 * archive keeps.
 *
 * @param <T> the type of the items
 * @param generation the sequential number of the layer, from 0
 * @param items the items, oldest first: the index of each is its {@link Position#index()}
 */
public record Layer<T>(long generation, List<T> items) {

	/**
	 * Copies the items, so that the layer never changes.
	 * @throws IllegalArgumentException if the generation is negative
	 * @throws NullPointerException if an item is null
	 */
	public Layer {
		if (generation < 0) {
			throw new IllegalArgumentException("A generation is not negative, but got " + generation);
		}
		items = List.copyOf(items);
	}

	/**
	 * The same layer as one of a more general type, which is safe as no layer ever
	 * changes.
	 * @param <T> the more general type of the items
	 * @param layer the layer
	 * @return a layer that equals it
	 */
	public static <T> Layer<T> copyOf(Layer<? extends T> layer) {
		return new Layer<>(layer.generation(), List.copyOf(layer.items()));
	}

	/**
	 * How many items the layer holds.
	 * @return the number of items
	 */
	public int length() {
		return this.items.size();
	}

	/**
	 * The item at an index, with its position.
	 * @param index an index below {@link #length()}
	 * @return the entry
	 * @throws IndexOutOfBoundsException if the layer has no such index
	 */
	public Entry<T> entry(int index) {
		return Entry.of(this.generation, index, this.items.get(index));
	}

}
