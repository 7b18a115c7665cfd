package io.github.appendonly;

/**
 * Takes the layers that a stack drops because it has more of them than its bounds allow.
 * It is called once for each dropped layer, the oldest layer first, before the drop takes
 * effect.
 * <p>
 * If the stack is in a database, the pruner is called in the transaction that drops the
 * layer: its writes are kept if, and only if, the layer is dropped. If a push conflicts
 * with another one and is retried, the pruner is called again, in the new transaction.
 * Effects outside of that transaction must therefore bear repetition.
 * <p>
 * If the pruner throws an exception or an error, nothing is dropped, and the push that
 * caused the pruning fails with it. Other pushes do not. Only an error that ends the JVM,
 * such as {@link OutOfMemoryError}, may reach others.
 * <p>
 * A pruner may push, even onto the stack that is being pruned. Such an item is placed
 * after the items of the push that is in progress.
 * <p>
 * {@link Archive#addLayer(Layer) archive::addLayer} is a pruner.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface Pruner<T> {

	/**
	 * Takes a layer that is about to be dropped.
	 * @param layer the layer; {@link Layer#entries()} gives its items with their
	 * positions
	 */
	void prune(Layer<T> layer);

}
