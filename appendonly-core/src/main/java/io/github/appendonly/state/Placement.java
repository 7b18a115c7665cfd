package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.StackBounds;

/**
 * How items that are pushed fall into layers, and how many of the oldest layers have to
 * go for it.
 *
 * @param runs where the items go, oldest first; each run lies within one layer
 * @param pruned how many of the oldest layers are too many afterwards; layers that the
 * runs open count like those that were there
 */
public record Placement(List<Run> runs, long pruned) {

	/**
	 * Consecutive items within one layer.
	 *
	 * @param generation the generation of the layer
	 * @param firstIndex the index of the first of the items
	 * @param length the number of items
	 */
	public record Run(long generation, int firstIndex, int length) {

		/**
		 * The index that the next item would get.
		 * @return the length of the layer after this run
		 */
		public int end() {
			return this.firstIndex + this.length;
		}

	}

	/**
	 * The part of a stack that decides where items go.
	 *
	 * @param layers the number of layers, at least 1
	 * @param generation the generation of the newest layer
	 * @param length the number of items in the newest layer
	 */
	public record Extent(long layers, long generation, int length) {
	}

	/**
	 * Copies the runs.
	 */
	public Placement {
		runs = List.copyOf(runs);
	}

	/**
	 * Places items: into the newest layer while it is not full, then into layers of the
	 * next generations.
	 * <p>
	 * A newest layer that is longer than the bounds allow, since they were lowered,
	 * counts as full. Layers that are more than the bounds allow, for the same reason,
	 * are pruned with the next item.
	 * @param bounds what the stack keeps
	 * @param extent the stack as it is
	 * @param count the number of items, not negative
	 * @return the placement; empty when there are no items
	 */
	public static Placement of(StackBounds bounds, Extent extent, int count) {
		if (count == 0) {
			return new Placement(List.of(), 0);
		}
		List<Run> runs = new ArrayList<>();
		long generation = extent.generation();
		int length = extent.length();
		int left = count;
		while (left > 0) {
			if (length >= bounds.maxLength()) {
				generation++;
				length = 0;
			}
			Run run = new Run(generation, length, Math.min(left, bounds.maxLength() - length));
			runs.add(run);
			left -= run.length();
			length = run.end();
		}
		long layers = extent.layers() + generation - extent.generation();
		return new Placement(runs, surplus(layers, bounds));
	}

	/**
	 * How many layers are too many.
	 * @param layers the number of layers
	 * @param bounds what the stack keeps
	 * @return the number of layers over the bounds, 0 or more
	 */
	public static long surplus(long layers, StackBounds bounds) {
		return Math.max(0, layers - bounds.maxLayers());
	}

}
