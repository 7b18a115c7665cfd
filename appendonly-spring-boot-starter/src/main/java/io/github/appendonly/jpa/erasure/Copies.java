package io.github.appendonly.jpa.erasure;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.appendonly.Position;

/**
 * Copies of a stack's items that lie elsewhere. They are erased and replaced with the
 * items: in the caller's transaction if there is one, and after the items otherwise.
 * <p>
 * All methods may be called by many threads at once.
 */
public interface Copies {

	/**
	 * Erases the copies of the items at some positions, whether the stack has the items
	 * or not.
	 * @param stack the name of the stack
	 * @param positions the positions of the items on the stack
	 */
	void erase(String stack, Collection<Position> positions);

	/**
	 * Erases the copies of items that meet a condition.
	 * @param <T> the type of the items
	 * @param stack the name of the stack
	 * @param type the type of the items
	 * @param condition the condition
	 */
	<T> void eraseIf(String stack, Type type, Predicate<? super T> condition);

	/**
	 * Replaces the copies of an item.
	 * @param <T> the type of the items
	 * @param stack the name of the stack
	 * @param type the type of the items
	 * @param position the position of the item on the stack
	 * @param change returns the new item
	 */
	<T> void replace(String stack, Type type, Position position, UnaryOperator<T> change);

}
