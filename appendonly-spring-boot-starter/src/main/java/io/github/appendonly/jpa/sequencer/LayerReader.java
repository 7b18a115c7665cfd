package io.github.appendonly.jpa.sequencer;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.table.SliceTable;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole layers from their slices.
 */
final class LayerReader {

	private final SliceTable slices;

	LayerReader(SliceTable slices) {
		this.slices = slices;
	}

	/**
	 * Returns all items of a layer.
	 * @param stack the name of the stack
	 * @param generation the generation of the layer
	 * @param addition the items that a batch adds to the layer, if any
	 */
	JsonArray whole(String stack, long generation, BatchPlan.@Nullable Addition addition) {
		List<JsonArray> parts = new ArrayList<>();
		if (addition == null || addition.continues()) {
			this.slices.layer(stack, generation).forEach((slice) -> parts.add(slice.items()));
		}
		if (addition != null) {
			parts.add(addition.slice().items());
		}
		return parts.isEmpty() ? JsonArray.EMPTY : JsonArray.join(parts);
	}

}
