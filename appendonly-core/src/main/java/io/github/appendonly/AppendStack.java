package io.github.appendonly;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A bounded stack of layers, pushed onto by many at once, read newest first.
 * <p>
 * Items go into the newest layer until it holds {@link StackBounds#maxLength()}; the next
 * item opens a layer of the next generation, and when more than
 * {@link StackBounds#maxLayers()} layers are there then, the oldest are pruned. Each item
 * gets a {@link Position} that is gap-free and final, in the order in which items become
 * visible; so "everything newer than the last position I know" is exact.
 * <p>
 * Pushing never fails because of another push. Items must not be null.
 * <p>
 * How a push relates to transactions, and what a read inside of one sees, is up to the
 * implementation: the structures on the heap know none.
 *
 * @param <T> the type of the items
 */
public interface AppendStack<T> extends Entries<T> {

	/**
	 * Pushes an item.
	 * @param item the item
	 * @throws NullPointerException if the item is null
	 */
	void push(T item);

	/**
	 * Pushes an item, and has the layers that this push prunes handed to a pruner of its
	 * own, in place of the stack's.
	 * <p>
	 * An archive that is built into the stack gets them all the same.
	 * @param item the item
	 * @param pruner takes the layers that are dropped; if it throws, this push fails with
	 * that exception and the stack stays as it was
	 * @throws NullPointerException if the item or the pruner is null
	 */
	void push(T item, Pruner<? super T> pruner);

	/**
	 * Pushes items at consecutive positions, all or none.
	 * @param items the items, the oldest first; nothing happens when there are none
	 * @throws NullPointerException if an item is null
	 */
	void pushAll(List<? extends T> items);

	/**
	 * Pushes an item without waiting for it, and without joining a transaction. Items
	 * that one thread pushes so are placed in that order where commits are grouped;
	 * otherwise only if it waits for each.
	 * @param item the item
	 * @return completed with the item's position when it is placed for good, or with the
	 * failure; canceling it changes nothing
	 * @throws NullPointerException if the item is null
	 */
	CompletableFuture<Position> pushAsync(T item);

	/**
	 * How much this stack keeps.
	 * @return the bounds
	 */
	StackBounds bounds();

}
