package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Whole layers, put together from their slices.
 */
final class StoredLayers {

	private final SliceRepository slices;

	StoredLayers(SliceRepository slices) {
		this.slices = slices;
	}

	/**
	 * All items of a layer.
	 * @param stack the name of the stack
	 * @param generation the generation of the layer
	 * @param addition what a batch adds to it, if anything
	 */
	ItemArray whole(String stack, long generation, BatchPlan.@Nullable Addition addition) {
		List<ItemArray> parts = new ArrayList<>();
		if (addition == null || addition.continues()) {
			this.slices.layer(stack, generation).forEach((slice) -> parts.add(slice.items()));
		}
		if (addition != null) {
			parts.add(addition.slice().items());
		}
		return parts.isEmpty() ? ItemArray.EMPTY : ItemArray.join(parts);
	}

}
