package io.github.appendonly.jpa.sequencer.plan;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.table.StructureTables;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.ObjectOptimisticLockingFailureException;

/**
 * Reads whole layers from their slices.
 */
public final class LayerReader {

	private final StructureTables tables;

	public LayerReader(StructureTables tables) {
		this.tables = tables;
	}

	/**
	 * Returns all items of a layer.
	 * @param stack the name of the stack
	 * @param generation the generation of the layer
	 * @param addition the items that a batch adds to the layer, if any
	 * @throws CorruptStructureException if the slices of the layer are not consecutive
	 * @throws ObjectOptimisticLockingFailureException if that may be because the
	 * transaction of the calling thread sees an earlier state of them
	 */
	public JsonArray whole(String stack, long generation, BatchPlan.@Nullable Addition addition) {
		List<JsonArray> parts = new ArrayList<>();
		if (addition == null || addition.continues()) {
			int end = 0;
			for (Slice slice : this.tables.slices().layer(stack, generation)) {
				requireIndex(stack, generation, end, slice.firstIndex());
				parts.add(slice.items());
				end = slice.end();
			}
			if (addition != null) {
				requireIndex(stack, generation, addition.firstIndex(), end);
			}
		}
		if (addition != null) {
			parts.add(addition.slice().items());
		}
		if (parts.isEmpty()) {
			throw corrupt(stack, generation, "slices", "none");
		}
		return JsonArray.join(parts);
	}

	private void requireIndex(String stack, long generation, int expected, int found) {
		if (found != expected) {
			throw corrupt(stack, generation, "consecutive slices, the next one at first_index " + expected,
					"first_index " + found);
		}
	}

	private RuntimeException corrupt(String stack, long generation, String expected, String found) {
		return this.tables.seesOneMoment() ? this.tables.slices().corrupt(stack, generation, expected, found)
				: new ObjectOptimisticLockingFailureException("AppendOnlyStack", stack);
	}

}
