package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * An accumulator at one moment. A state never changes: an append returns a new state.
 *
 * @param <T> the type of the items
 * @param items the waiting items, oldest first
 */
public record AccumulatorState<T>(List<T> items) {

	/**
	 * Copies the items.
	 * @throws NullPointerException if an item is null
	 */
	public AccumulatorState {
		items = List.copyOf(items);
	}

	/**
	 * Returns the state of an accumulator without items.
	 * @param <T> the type of the items
	 * @return the empty state
	 */
	public static <T> AccumulatorState<T> empty() {
		return new AccumulatorState<>(List.of());
	}

	/**
	 * Appends an item.
	 * @param item the item
	 * @return the state with the item
	 */
	public AccumulatorState<T> append(T item) {
		return extend(List.of(item));
	}

	/**
	 * Appends items.
	 * @param added the items, in order
	 * @return the state with the items
	 */
	public AccumulatorState<T> extend(Collection<? extends T> added) {
		List<T> joined = new ArrayList<>(this.items.size() + added.size());
		joined.addAll(this.items);
		joined.addAll(added);
		return new AccumulatorState<>(joined);
	}

	/**
	 * Takes the oldest items out.
	 * @param count the number of items to take, from 0 to the number of waiting items
	 * @return the state without these items
	 * @throws IndexOutOfBoundsException if the count is out of range
	 */
	public AccumulatorState<T> without(int count) {
		return new AccumulatorState<>(this.items.subList(count, this.items.size()));
	}

	/**
	 * Takes out the items that meet a condition.
	 * @param condition the condition
	 * @return the state without these items
	 */
	public AccumulatorState<T> removeIf(Predicate<? super T> condition) {
		return new AccumulatorState<>(this.items.stream().filter((item) -> !condition.test(item)).toList());
	}

	/**
	 * Merges two changes of one original state. This never fails.
	 * <p>
	 * A state that begins with all items of the original has only appended. Any other
	 * state has consumed the items of the original, and all its items are new. The merged
	 * state has no items that either side consumed. It has the new items of both sides,
	 * those of the committed side first.
	 * @param <T> the type of the items
	 * @param original the state that both changes started from
	 * @param committed the change that came first
	 * @param attempted the change to merge into it
	 * @return the merged state
	 */
	public static <T> AccumulatorState<T> resolve(AccumulatorState<T> original, AccumulatorState<T> committed,
			AccumulatorState<T> attempted) {
		boolean untouched = committed.extendsState(original) && attempted.extendsState(original);
		return new AccumulatorState<>(untouched ? original.items : List.of()).extend(committed.additionsTo(original))
			.extend(attempted.additionsTo(original));
	}

	private boolean extendsState(AccumulatorState<T> original) {
		int known = original.items.size();
		return this.items.size() >= known && this.items.subList(0, known).equals(original.items);
	}

	private List<T> additionsTo(AccumulatorState<T> original) {
		return extendsState(original) ? this.items.subList(original.items.size(), this.items.size()) : this.items;
	}

}
