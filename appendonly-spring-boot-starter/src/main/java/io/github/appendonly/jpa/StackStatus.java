package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;

/**
 * How a stack stands at one moment.
 *
 * @param name the name of the stack
 * @param bounds how much it keeps
 * @param archived whether pruned layers go to the archive of its name
 * @param newest the position of the newest item, if any
 * @param layers the layers, newest first; none before the first push
 * @param inbox the number of items that are committed and wait to be placed
 * @param archivedLayers the number of layers in the archive of its name
 * @param conflicts how often this application instance had to repeat a batch, since
 * another one had changed the stack in between
 */
public record StackStatus(String name, StackBounds bounds, boolean archived, Optional<Position> newest,
		List<LayerStatus> layers, long inbox, long archivedLayers, long conflicts) {

	/**
	 * Copies the layers.
	 */
	public StackStatus {
		layers = List.copyOf(layers);
	}

	/**
	 * How many items the stack holds, without those that wait to be placed.
	 * @return the number of items
	 */
	public long size() {
		return this.layers.stream().mapToLong(LayerStatus::length).sum();
	}

	/**
	 * How a layer stands.
	 *
	 * @param generation the sequential number of the layer
	 * @param length the number of items in it
	 * @param sealed whether it takes no more items
	 */
	public record LayerStatus(long generation, int length, boolean sealed) {
	}

}
