package io.github.appendonly.jpa.erasure;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.function.Predicate;

import io.github.appendonly.Position;

/**
 * Knows the form in which durable subscribers park items of their stacks. What is done
 * joins the caller's transaction.
 * <p>
 * All methods may be called by many threads at once.
 */
public interface ParkedItems {

	/**
	 * Erases the items that had some positions.
	 * @param parkedStack the name of the stack that has them
	 * @param type the type of the items
	 * @param positions the positions of the items on the subscriber's stack
	 * @return the number of entries that cannot be read
	 */
	long erase(String parkedStack, Type type, Collection<Position> positions);

	/**
	 * Erases the items that meet a condition.
	 * @param <T> the type of the items
	 * @param parkedStack the name of the stack that has them
	 * @param type the type of the items
	 * @param condition the condition
	 * @return the number of entries that cannot be read
	 */
	<T> long eraseIf(String parkedStack, Type type, Predicate<? super T> condition);

	/**
	 * Replaces the items that had a position.
	 * @param <T> the type of the items
	 * @param parkedStack the name of the stack that has them
	 * @param type the type of the items
	 * @param position the position of the item on the subscriber's stack
	 * @param replacement has the new item
	 * @return the number of entries that cannot be read
	 */
	<T> long replace(String parkedStack, Type type, Position position, Replacement<T> replacement);

}
