package io.github.appendonly.jpa.erasure;

import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * What takes the place of all parked copies of one item: the item that took its place on
 * the stack or in its archive. If neither has the item any more, the first copy is
 * changed, and the others get the same. It is for one thread.
 *
 * @param <T> the type of the items
 */
public final class Replacement<T> {

	private final UnaryOperator<T> change;

	private @Nullable T item;

	/**
	 * Creates the replacement of an item.
	 * @param item the new item, if the stack or its archive had the old one
	 * @param change returns the new item otherwise
	 */
	public Replacement(Optional<T> item, UnaryOperator<T> change) {
		this.item = item.orElse(null);
		this.change = change;
	}

	/**
	 * Returns what takes the place of a copy.
	 */
	public T of(T copy) {
		T replaced = this.item;
		if (replaced == null) {
			replaced = Objects.requireNonNull(this.change.apply(copy), "The new item is null; erase(...) erases");
			this.item = replaced;
		}
		return replaced;
	}

}
