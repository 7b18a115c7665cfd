package io.github.appendonly;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Function;

/**
 * An item and its position. It can be serialized if its item can.
 *
 * @param <T> the type of the item
 * @param position the position of the item
 * @param item the item
 */
public record Entry<T>(Position position, T item) implements Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * Checks that both parts are given.
	 * @throws NullPointerException if a part is null
	 * @throws IllegalArgumentException if the position is {@link Position#START}
	 */
	public Entry {
		Position.requireOfItem(position);
		Objects.requireNonNull(item, "item");
	}

	/**
	 * Converts the item.
	 * @param <R> the type of the other item
	 * @param conversion makes another item of it, for example one for a client
	 * @return an entry with the other item at the same position
	 * @throws NullPointerException if the conversion returns null
	 */
	public <R> Entry<R> map(Function<? super T, ? extends R> conversion) {
		return new Entry<>(this.position, conversion.apply(this.item));
	}

	/**
	 * Creates the entry of an item.
	 * @param <T> the type of the item
	 * @param generation the generation of the item's layer, from 0
	 * @param index the index of the item in its layer, from 0
	 * @param item the item
	 * @return the entry
	 * @throws IllegalArgumentException if the generation or the index is negative
	 */
	public static <T> Entry<T> of(long generation, int index, T item) {
		return new Entry<>(new Position(generation, index), item);
	}

}
