package io.github.appendonly;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.IntPredicate;

/**
 * The items of one generation at consecutive positions, of which some may be gone. A
 * layer is the unit in which a stack prunes and an archive keeps. It never changes.
 * <p>
 * {@link #entries()} gives the items with their positions. {@link #items()} gives the
 * items alone: where an item is gone, the place of a later item in that list is no longer
 * its {@link Position#index() index}.
 *
 * @param <T> the type of the items
 * @param generation the sequential number of the layer, from 0
 * @param items the items that are not gone, oldest first; they take, in this order, the
 * indexes that are not gone
 * @param gone the positions whose items are gone, oldest first
 */
public record Layer<T>(long generation, List<T> items, List<Gone> gone) {

	/**
	 * Copies both lists.
	 * @throws IllegalArgumentException if the generation is negative, or if the gone
	 * positions belong to another generation, are not in ascending order, or leave an
	 * index below them without an item
	 * @throws NullPointerException if an item or a gone position is null
	 */
	public Layer {
		if (generation < 0) {
			throw new IllegalArgumentException("The generation of a layer must not be negative, but is " + generation);
		}
		items = List.copyOf(items);
		gone = List.copyOf(gone);
		requireWithin(generation, items.size() + gone.size(), gone);
	}

	/**
	 * Creates a layer with no item gone.
	 * @param generation the sequential number of the layer, from 0
	 * @param items the items, oldest first
	 * @throws IllegalArgumentException if the generation is negative
	 * @throws NullPointerException if an item is null
	 */
	public Layer(long generation, List<T> items) {
		this(generation, items, List.of());
	}

	private static void requireWithin(long generation, int length, List<Gone> gone) {
		int from = 0;
		for (Gone one : gone) {
			Position position = one.position();
			if (position.generation() != generation || position.index() < from || position.index() >= length) {
				throw new IllegalArgumentException("The gone positions must have generation " + generation
						+ " and ascending indexes below " + length + ", but are " + gone);
			}
			from = position.index() + 1;
		}
	}

	/**
	 * Gives a layer the type that an archive or a pruner of more general items needs.
	 * This is safe because a layer never changes.
	 * @param <T> the more general type of the items
	 * @param layer the layer
	 * @return a layer that equals the given one
	 */
	public static <T> Layer<T> copyOf(Layer<? extends T> layer) {
		return new Layer<>(layer.generation(), List.copyOf(layer.items()), layer.gone());
	}

	/**
	 * Returns the items with their positions, oldest first. Items that are gone are left
	 * out; the positions of the others stay what they were.
	 * @return an unmodifiable list, whose entries are created as they are read
	 */
	public List<Entry<T>> entries() {
		return new Positioned<>(this);
	}

	/**
	 * Returns the number of positions in the layer. Positions whose items are gone count
	 * too.
	 * @return the number of positions
	 */
	public int length() {
		return this.items.size() + this.gone.size();
	}

	/**
	 * Returns the item at an index, with its position.
	 * @param index an index from 0 to below {@link #length()}
	 * @return the entry, or nothing if the item is gone
	 * @throws IndexOutOfBoundsException if the layer has no such index
	 */
	public Optional<Entry<T>> entry(int index) {
		Objects.checkIndex(index, length());
		int before = countGone((place) -> goneIndex(place) < index);
		if (before < this.gone.size() && goneIndex(before) == index) {
			return Optional.empty();
		}
		return Optional.of(Entry.of(this.generation, index, this.items.get(index - before)));
	}

	private int goneIndex(int place) {
		return this.gone.get(place).position().index();
	}

	/**
	 * Counts the gone positions before something, by binary search.
	 * @param isBefore whether the gone position at a place in the list is before it
	 */
	private int countGone(IntPredicate isBefore) {
		int low = 0;
		int high = this.gone.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (isBefore.test(middle)) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	/**
	 * The entries of a layer. They are not stored: each one repeats the generation, and
	 * many layers are pruned and archived without anybody reading a position.
	 */
	private static final class Positioned<T> extends AbstractList<Entry<T>> implements RandomAccess {

		private final Layer<T> layer;

		Positioned(Layer<T> layer) {
			this.layer = layer;
		}

		@Override
		public Entry<T> get(int place) {
			T item = this.layer.items.get(place);
			int before = this.layer.countGone((each) -> this.layer.goneIndex(each) - each <= place);
			return Entry.of(this.layer.generation, place + before, item);
		}

		@Override
		public int size() {
			return this.layer.items.size();
		}

	}

}
