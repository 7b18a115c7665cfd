package io.github.appendonly;

import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Pruned layers, kept: a list of layers from the newest to the oldest generation, which
 * only grows at its newest end. Where the oldest ones expire, readers are told as those
 * of a stack are.
 *
 * @param <T> the type of the items
 */
public interface Archive<T> extends Entries<T> {

	/**
	 * Adds a layer that is newer than all that are here.
	 * <p>
	 * Generations may leave gaps, and a layer may be empty. What is gone in it keeps its
	 * position.
	 * @param layer the layer; its items are copied
	 * @throws IllegalArgumentException if a layer of this or a newer generation is here
	 */
	void addLayer(Layer<? extends T> layer);

	/**
	 * The layers, newest first.
	 * @return the layers, read lazily; each iteration reads anew
	 */
	Iterable<Layer<T>> layers();

	/**
	 * The layer of a generation.
	 * @param generation the generation
	 * @return the layer, or nothing when there is none
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
	 * The newest generation that is here.
	 * @return the generation, or nothing when no layer is here
	 */
	OptionalLong newestGeneration();

	/**
	 * How many layers are here, empty ones included.
	 * @return the number of layers
	 */
	long layerCount();

}
