package io.github.appendonly;

import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The items of one generation at consecutive positions, of which some may be gone or
 * unreadable. A layer is the unit in which a stack prunes and an archive keeps. It never
 * changes.
 * <p>
 * {@link #entries()} gives the items with their positions. {@link #items()} gives the
 * items alone: where an item is gone or unreadable, the place of a later item in that
 * list is no longer its {@link Position#index() index}.
 *
 * @param <T> the type of the items
 * @param generation the sequential number of the layer, from 0
 * @param items the items that are there to read, oldest first; they take, in this order,
 * the indexes that are neither gone nor unreadable
 * @param gone the positions whose items are gone, oldest first
 * @param unreadable the positions whose items cannot be read, oldest first
 */
public record Layer<T>(long generation, List<T> items, List<Gone> gone,
		List<Unreadable> unreadable) implements Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * Copies the lists.
	 * @throws IllegalArgumentException if the generation is negative, or if the gone or
	 * unreadable positions belong to another generation, are not in ascending order,
	 * coincide, or leave an index below them without an item
	 * @throws NullPointerException if an item or a position is null
	 */
	public Layer {
		if (generation < 0) {
			throw new IllegalArgumentException("The generation of a layer must not be negative, but is " + generation);
		}
		items = List.copyOf(items);
		gone = List.copyOf(gone);
		unreadable = List.copyOf(unreadable);
		requireWithin(generation, items.size() + gone.size() + unreadable.size(), absent(gone, unreadable));
	}

	/**
	 * Creates a layer whose items can all be read, unless they are gone.
	 * @param generation the sequential number of the layer, from 0
	 * @param items the items that are not gone, oldest first
	 * @param gone the positions whose items are gone, oldest first
	 * @throws IllegalArgumentException if the generation is negative, or if the gone
	 * positions belong to another generation, are not in ascending order, or leave an
	 * index below them without an item
	 * @throws NullPointerException if an item or a gone position is null
	 */
	public Layer(long generation, List<T> items, List<Gone> gone) {
		this(generation, items, gone, List.of());
	}

	/**
	 * Creates a layer with no item gone.
	 * @param generation the sequential number of the layer, from 0
	 * @param items the items, oldest first
	 * @throws IllegalArgumentException if the generation is negative
	 * @throws NullPointerException if an item is null
	 */
	public Layer(long generation, List<T> items) {
		this(generation, items, List.of(), List.of());
	}

	private static void requireWithin(long generation, int length, List<Position> absent) {
		int from = 0;
		for (Position position : absent) {
			if (position.generation() != generation || position.index() < from || position.index() >= length) {
				throw new IllegalArgumentException("The gone and unreadable positions must have generation "
						+ generation + " and ascending indexes below " + length + ", each once, but are " + absent);
			}
			from = position.index() + 1;
		}
	}

	/**
	 * Returns the positions without an item to read. Those of each list keep their order.
	 */
	private static List<Position> absent(List<Gone> gone, List<Unreadable> unreadable) {
		List<Position> absent = new ArrayList<>(gone.size() + unreadable.size());
		int next = 0;
		for (Unreadable one : unreadable) {
			while (next < gone.size() && gone.get(next).position().compareTo(one.position()) < 0) {
				absent.add(gone.get(next++).position());
			}
			absent.add(one.position());
		}
		gone.subList(next, gone.size()).forEach((one) -> absent.add(one.position()));
		return absent;
	}

	/**
	 * Gives a layer the type that an archive or a pruner of more general items needs.
	 * This is safe because a layer never changes.
	 * @param <T> the more general type of the items
	 * @param layer the layer
	 * @return a layer that equals the given one
	 */
	public static <T> Layer<T> copyOf(Layer<? extends T> layer) {
		return new Layer<>(layer.generation(), List.copyOf(layer.items()), layer.gone(), layer.unreadable());
	}

	/**
	 * Returns this layer without some items.
	 * @param positions the positions of the items; those of other layers, and those whose
	 * items are erased already, change nothing
	 * @return a layer in which the items are gone for the reason
	 * {@link Gone.Reason#ERASED}, whether they could be read or not
	 */
	public Layer<T> erased(Collection<Position> positions) {
		Set<Position> erased = positions.stream()
			.filter((position) -> position.generation() == this.generation && isWithin(position.index()))
			.collect(Collectors.toSet());
		if (erased.isEmpty()) {
			return this;
		}
		List<T> kept = entries().stream()
			.filter((entry) -> !erased.contains(entry.position()))
			.map(Entry::item)
			.toList();
		List<Gone> absent = Stream
			.concat(this.gone.stream().filter((one) -> !erased.contains(one.position())),
					erased.stream().map(Gone::erased))
			.sorted(Comparator.comparing(Gone::position))
			.toList();
		return new Layer<>(this.generation, kept, absent,
				this.unreadable.stream().filter((one) -> !erased.contains(one.position())).toList());
	}

	private boolean isWithin(int index) {
		return index >= 0 && index < length();
	}

	/**
	 * Returns this layer with another item at a position. Where no item is to be read,
	 * nothing changes.
	 * @param position the position of the item
	 * @param item the new item
	 * @return the layer with the item
	 */
	public Layer<T> replaced(Position position, T item) {
		Objects.requireNonNull(item, "item");
		List<T> items = entries().stream()
			.map((entry) -> entry.position().equals(position) ? item : entry.item())
			.toList();
		return new Layer<>(this.generation, items, this.gone, this.unreadable);
	}

	/**
	 * Returns the items with their positions, oldest first. Items that are gone or
	 * unreadable are left out; the positions of the others stay what they were.
	 * @return an unmodifiable list, whose entries are created as they are read
	 */
	public List<Entry<T>> entries() {
		return new Positioned<>(this);
	}

	/**
	 * Returns the number of positions in the layer. Positions whose items are gone or
	 * unreadable count too.
	 * @return the number of positions
	 */
	public int length() {
		return this.items.size() + this.gone.size() + this.unreadable.size();
	}

	/**
	 * Returns the item at an index, with its position.
	 * @param index an index from 0 to below {@link #length()}
	 * @return the entry, or nothing if the item is gone or unreadable
	 * @throws IndexOutOfBoundsException if the layer has no such index
	 */
	public Optional<Entry<T>> entry(int index) {
		Objects.checkIndex(index, length());
		int goneBefore = count(this.gone.size(), (place) -> goneIndex(place) < index);
		int unreadableBefore = count(this.unreadable.size(), (place) -> unreadableIndex(place) < index);
		if ((goneBefore < this.gone.size() && goneIndex(goneBefore) == index)
				|| (unreadableBefore < this.unreadable.size() && unreadableIndex(unreadableBefore) == index)) {
			return Optional.empty();
		}
		return Optional.of(Entry.of(this.generation, index, this.items.get(index - goneBefore - unreadableBefore)));
	}

	private int goneIndex(int place) {
		return this.gone.get(place).position().index();
	}

	private int unreadableIndex(int place) {
		return this.unreadable.get(place).position().index();
	}

	/**
	 * Counts the elements at the beginning of a list that something is true of, by binary
	 * search.
	 * @param size the size of the list
	 * @param isBefore whether it is true of the element at a place
	 */
	private static int count(int size, IntPredicate isBefore) {
		int low = 0;
		int high = size;
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

		private final List<Position> absent;

		Positioned(Layer<T> layer) {
			this.layer = layer;
			this.absent = absent(layer.gone, layer.unreadable);
		}

		@Override
		public Entry<T> get(int place) {
			T item = this.layer.items.get(place);
			int before = count(this.absent.size(), (each) -> this.absent.get(each).index() - each <= place);
			return Entry.of(this.layer.generation, place + before, item);
		}

		@Override
		public int size() {
			return this.layer.items.size();
		}

	}

}
