package io.github.appendonly.jpa.sequencer.plan;

import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import org.jspecify.annotations.Nullable;

/**
 * What a stack keeps beyond its bounds, because a durable subscriber is behind.
 *
 * @param layers the maximum number of layers beyond the bounds
 * @param cursor the cursor of the subscriber that is furthest behind
 * @param layerLength the number of items in the layer of the cursor before the batch
 */
public record Retention(int layers, Position cursor, int layerLength) {

	/**
	 * Returns the generation from which on layers must not be removed by retention.
	 * @param fits the oldest generation that retention would keep
	 */
	public long oldest(long fits) {
		return oldest(fits, this.layerLength);
	}

	/**
	 * Returns the generation of the oldest layer that must not be pruned.
	 * @param bounds how much the stack keeps otherwise
	 * @param newest the generation of the newest layer
	 * @param addition what the batch adds to the layer of the cursor, or null for nothing
	 */
	long oldest(StackBounds bounds, long newest, BatchPlan.@Nullable Addition addition) {
		return oldest(newest + 1 - bounds.maxLayers(), (addition != null) ? addition.end() : this.layerLength);
	}

	private long oldest(long fits, int layerLength) {
		boolean handled = this.cursor.index() + 1 >= layerLength;
		long unhandled = this.cursor.generation() + (handled ? 1 : 0);
		return Math.max(unhandled, fits - this.layers);
	}

}
