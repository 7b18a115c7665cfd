package io.github.appendonly;

/**
 * Takes a layer that a stack drops because it keeps no more.
 * <p>
 * It is called once for each dropped layer, oldest first, before the drop takes effect,
 * and in the same database transaction where there is one: what it writes there is kept
 * if, and only if, the layer is dropped. When it throws, nothing is dropped and the push
 * that caused the pruning fails with that exception. A push that is retried after a
 * conflict calls it again, in the new transaction; so effects outside of that transaction
 * must bear repetition.
 * <p>
 * {@link Archive#addLayer(Layer) archive::addLayer} is one. It may push, also onto the
 * stack that is being pruned; such an item is placed after the push under way.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface Pruner<T> {

	/**
	 * Takes a layer that is about to be dropped.
	 * @param layer the layer, with its items oldest first
	 */
	void prune(Layer<T> layer);

}
