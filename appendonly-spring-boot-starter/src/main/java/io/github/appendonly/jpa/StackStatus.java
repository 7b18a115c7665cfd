package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;

/**
 * The status of a stack at one moment.
 *
 * @param name the name of the stack
 * @param bounds how much the stack keeps
 * @param archived whether pruned layers go to the archive of the stack's name
 * @param newest the position of the newest item, if any
 * @param layers the layers, newest first; empty before the first push
 * @param inbox the number of items that are committed and wait to be placed
 * @param archivedLayers the number of layers in the archive of the stack's name
 * @param conflicts how often this node had to repeat a batch because the stack had
 * changed in between
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
	 * Returns the number of items in the stack. Items that wait to be placed do not
	 * count.
	 * @return the number of items
	 */
	public long size() {
		return this.layers.stream().mapToLong(LayerStatus::length).sum();
	}

	/**
	 * The status of a layer.
	 *
	 * @param generation the sequential number of the layer
	 * @param length the number of items in the layer
	 * @param sealed whether the layer takes no more items
	 */
	public record LayerStatus(long generation, int length, boolean sealed) {
	}

}
