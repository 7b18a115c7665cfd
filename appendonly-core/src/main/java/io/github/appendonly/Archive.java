package io.github.appendonly;

import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps pruned layers, from the newest generation to the oldest. Layers are added only at
 * the newest end. Nothing changes them but an erasure.
 * <p>
 * If several callers add layers of the same generation, one succeeds and the others get
 * an exception. An archive has no bound of its own. Where its oldest layers expire,
 * {@link Changes#expired()} tells a reader, as it does for a stack.
 * <p>
 * All methods may be called by many threads at once.
 *
 * @param <T> the type of the items
 */
public interface Archive<T> extends Erasable<T> {

	/**
	 * Adds a layer that is newer than all layers of this archive.
	 * <p>
	 * Generations may be skipped, and a layer may be empty. Items keep their positions.
	 * Gone positions stay gone and keep their identifiers, and unreadable ones keep their
	 * texts.
	 * @param layer the layer; its items are copied
	 * @throws IllegalArgumentException if the archive has a layer of this generation or
	 * of a newer one
	 */
	void addLayer(Layer<? extends T> layer);

	/**
	 * Returns the layers, newest first. If the archive converts its items and one of them
	 * cannot be read, the iterator fails at its layer. After that, it goes on with the
	 * next layer.
	 * @return the layers, which are read lazily, and again by each iteration
	 */
	Iterable<Layer<T>> layers();

	/**
	 * Returns the layer of a generation.
	 * @param generation the generation
	 * @return the layer, or nothing if the archive has no layer of this generation
	 */
	default Optional<Layer<T>> layer(long generation) {
		Iterator<Layer<T>> layers = layers().iterator();
		while (layers.hasNext()) {
			Layer<T> layer = layers.next();
			if (layer.generation() <= generation) {
				return (layer.generation() == generation) ? Optional.of(layer) : Optional.empty();
			}
		}
		return Optional.empty();
	}

	/**
	 * Returns the generation of the newest layer.
	 * @return the generation, or nothing if the archive has no layers
	 */
	OptionalLong newestGeneration();

	/**
	 * Returns the number of layers. Empty layers count too.
	 * @return the number of layers
	 */
	long layerCount();

}
