package io.github.appendonly;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A run of consecutive positions of one generation with their items: the unit in which a
 * stack prunes and an archive keeps.
 *
 * @param <T> the type of the items
 * @param generation the sequential number of the layer, from 0
 * @param items the items, oldest first; the index of each is its
 * {@link Position#index()}, unless items before it are gone
 * @param gone the positions whose items are gone, oldest first
 */
public record Layer<T>(long generation, List<T> items, List<Gone> gone) {

	/**
	 * Copies the items, so that the layer never changes.
	 * @throws IllegalArgumentException if the generation is negative, or what is gone is
	 * not of this layer or not in order
	 * @throws NullPointerException if an item is null
	 */
	public Layer {
		if (generation < 0) {
			throw new IllegalArgumentException("A generation is not negative, but got " + generation);
		}
		items = List.copyOf(items);
		gone = List.copyOf(gone);
		requireWithin(generation, items.size() + gone.size(), gone);
	}

	/**
	 * A layer of which no item is gone.
	 * @param generation the sequential number of the layer, from 0
	 * @param items the items, oldest first
	 */
	public Layer(long generation, List<T> items) {
		this(generation, items, List.of());
	}

	private static void requireWithin(long generation, int length, List<Gone> gone) {
		int from = 0;
		for (Gone one : gone) {
			Position position = one.position();
			if (position.generation() != generation || position.index() < from || position.index() >= length) {
				throw new IllegalArgumentException("What is gone must be of generation " + generation
						+ ", at ascending indexes below " + length + ", but got " + gone);
			}
			from = position.index() + 1;
		}
	}

	/**
	 * The same layer as one of a more general type, which is safe as no layer ever
	 * changes.
	 * @param <T> the more general type of the items
	 * @param layer the layer
	 * @return a layer that equals it
	 */
	public static <T> Layer<T> copyOf(Layer<? extends T> layer) {
		return new Layer<>(layer.generation(), List.copyOf(layer.items()), layer.gone());
	}

	/**
	 * How many positions the layer has: those of items that are gone count too.
	 * @return the number of positions
	 */
	public int length() {
		return this.items.size() + this.gone.size();
	}

	/**
	 * The item at an index, with its position.
	 * @param index an index below {@link #length()}
	 * @return the entry, or nothing when the item is gone
	 * @throws IndexOutOfBoundsException if the layer has no such index
	 */
	public Optional<Entry<T>> entry(int index) {
		Objects.checkIndex(index, length());
		int place = index;
		for (Gone one : this.gone) {
			if (one.position().index() == index) {
				return Optional.empty();
			}
			place -= (one.position().index() < index) ? 1 : 0;
		}
		return Optional.of(Entry.of(this.generation, index, this.items.get(place)));
	}

}
