package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import io.github.appendonly.ConflictException;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;

/**
 * A stack at one moment. A state never changes: a push returns a new state.
 *
 * @param <T> the type of the items
 * @param bounds how much the stack keeps
 * @param newestFirst the layers, newest first; there is at least one, which may be empty
 */
public record AppendStackState<T>(StackBounds bounds, List<Layer<T>> newestFirst) {

	/**
	 * A new state, with the layers that were dropped to reach it.
	 *
	 * @param <T> the type of the items
	 * @param state the new state
	 * @param pruned the layers that are no longer in the state, oldest first
	 */
	public record Outcome<T>(AppendStackState<T> state, List<Layer<T>> pruned) {

		/**
		 * Copies the layers.
		 */
		public Outcome {
			Objects.requireNonNull(state, "state");
			pruned = List.copyOf(pruned);
		}

	}

	/**
	 * Checks and copies the layers. The number and the lengths of the layers are not
	 * checked against the bounds, because the bounds may have been lowered since.
	 * @throws IllegalArgumentException if there is no layer, if the generations do not
	 * descend, or if a layer has unreadable positions, or gone ones that were not erased:
	 * a stack on the heap cannot have them because it holds its items
	 */
	public AppendStackState {
		Objects.requireNonNull(bounds, "bounds");
		newestFirst = List.copyOf(newestFirst);
		if (newestFirst.isEmpty()) {
			throw new IllegalArgumentException("A stack must have at least one layer, which may be empty");
		}
		Layers.requireDescending(newestFirst);
		Layers.requireWhole(newestFirst);
	}

	/**
	 * Returns the state of a stack that nothing was pushed onto. It has one empty layer
	 * of generation 0.
	 * @param <T> the type of the items
	 * @param bounds how much the stack keeps
	 * @return the empty state
	 */
	public static <T> AppendStackState<T> empty(StackBounds bounds) {
		return new AppendStackState<>(bounds, List.of(new Layer<>(0, List.of())));
	}

	/**
	 * Returns the layer that the next item goes into, unless that layer is full.
	 * @return the newest layer
	 */
	public Layer<T> newest() {
		return this.newestFirst.get(0);
	}

	/**
	 * Returns the layer that will be pruned next.
	 * @return the oldest layer
	 */
	public Layer<T> oldest() {
		return this.newestFirst.get(this.newestFirst.size() - 1);
	}

	/**
	 * Pushes an item.
	 * @param item the item
	 * @return the state with the item, and the layers that were pruned for it
	 */
	public Outcome<T> push(T item) {
		return pushAll(List.of(item));
	}

	/**
	 * Pushes items, one after the other.
	 * @param items the items, oldest first; nothing changes if there are none
	 * @return the state with the items, and the layers that were pruned for them
	 */
	public Outcome<T> pushAll(List<? extends T> items) {
		Placement placement = Placement.of(this.bounds, extent(), items.size());
		List<Layer<T>> oldestFirst = new ArrayList<>(Layers.reversed(this.newestFirst));
		int taken = 0;
		for (Placement.Run run : placement.runs()) {
			List<? extends T> added = items.subList(taken, taken + run.length());
			taken += run.length();
			Layer<T> newest = oldestFirst.get(oldestFirst.size() - 1);
			if (run.generation() == newest.generation()) {
				oldestFirst.set(oldestFirst.size() - 1, Layers.appended(newest, added));
			}
			else {
				oldestFirst.add(new Layer<>(run.generation(), List.copyOf(added)));
			}
		}
		return dropped(oldestFirst, placement.pruned());
	}

	/**
	 * Returns the same stack with other bounds. No layer is dropped before the next push.
	 * @param bounds how much the stack keeps from now on
	 * @return the state with these bounds
	 */
	public AppendStackState<T> withBounds(StackBounds bounds) {
		return new AppendStackState<>(bounds, this.newestFirst);
	}

	/**
	 * Returns the same stack without some items.
	 * @param positions the positions of the items
	 * @return the state in which these items are erased
	 */
	public AppendStackState<T> erase(Collection<Position> positions) {
		return new AppendStackState<>(this.bounds, Layers.erased(this.newestFirst, positions));
	}

	/**
	 * Returns the same stack with another item at a position.
	 * @param position the position; nothing changes if no item is there
	 * @param item the new item
	 * @return the state with this item
	 */
	public AppendStackState<T> replace(Position position, T item) {
		return new AppendStackState<>(this.bounds, Layers.replaced(this.newestFirst, position, item));
	}

	/**
	 * Merges two changes of one original state. The items that the attempted state has
	 * pushed since the original are pushed again onto the committed state. Items that
	 * either side has erased are erased. Of two replacements of one item, that of the
	 * committed state stays.
	 * <p>
	 * This differs from the Python package in two ways: the layers that the merge drops
	 * are reported, and a concurrent change of a limit is a conflict whichever side made
	 * it.
	 * <p>
	 * The reported layers replace those that the attempted change had pruned. A caller
	 * that reports only them, once the merged state is kept, reports each pruned layer
	 * exactly once.
	 * @param <T> the type of the items
	 * @param original the state that both changes started from
	 * @param committed the change that came first
	 * @param attempted the change to merge into it
	 * @return the merged state, and the layers that are in the committed state but not in
	 * the merged one
	 * @throws ConflictException if the bounds differ, if one side has already pruned the
	 * newest layer of the original, or if the committed side has pruned a layer in which
	 * the attempted side has erased or replaced an item
	 */
	public static <T> Outcome<T> resolve(AppendStackState<T> original, AppendStackState<T> committed,
			AppendStackState<T> attempted) {
		requireSameBounds(original, committed, attempted);
		Layer<T> known = original.newest();
		requireKept(known, committed, "committed");
		requireKept(known, attempted, "attempted");
		List<T> added = new ArrayList<>();
		for (Layer<T> layer : Layers.reversed(attempted.newestFirst)) {
			if (layer.generation() > known.generation()) {
				added.addAll(layer.items());
			}
			else if (layer.generation() == known.generation() && layer.length() > known.length()) {
				layer.entries()
					.stream()
					.filter((entry) -> entry.position().index() >= known.length())
					.forEach((entry) -> added.add(entry.item()));
			}
		}
		AppendStackState<T> base = new AppendStackState<>(committed.bounds,
				Layers.merged(original.newestFirst, committed.newestFirst, attempted.newestFirst));
		return added.isEmpty() ? base.trimmed() : base.pushAll(added);
	}

	private static void requireSameBounds(AppendStackState<?> original, AppendStackState<?> committed,
			AppendStackState<?> attempted) {
		if (!original.bounds.equals(committed.bounds) || !original.bounds.equals(attempted.bounds)) {
			throw new ConflictException("The bounds of the stack were changed concurrently: original " + original.bounds
					+ ", committed " + committed.bounds + ", attempted " + attempted.bounds);
		}
	}

	private static void requireKept(Layer<?> known, AppendStackState<?> state, String side) {
		if (state.oldest().generation() > known.generation()) {
			throw new ConflictException("The " + side + " state has already pruned generation " + known.generation()
					+ ", the newest of the original state; its oldest generation is " + state.oldest().generation());
		}
	}

	private Outcome<T> trimmed() {
		return dropped(Layers.reversed(this.newestFirst), Placement.surplus(this.newestFirst.size(), this.bounds));
	}

	private Outcome<T> dropped(List<Layer<T>> oldestFirst, long count) {
		int first = Math.toIntExact(count);
		List<Layer<T>> kept = oldestFirst.subList(first, oldestFirst.size());
		return new Outcome<>(new AppendStackState<>(this.bounds, Layers.reversed(kept)), oldestFirst.subList(0, first));
	}

	private Placement.Extent extent() {
		return new Placement.Extent(this.newestFirst.size(), newest().generation(), newest().length());
	}

}
