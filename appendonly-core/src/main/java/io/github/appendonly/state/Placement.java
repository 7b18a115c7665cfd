package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.StackBounds;

/**
 * The way in which pushed items fall into layers, and the number of oldest layers that
 * are pruned for them.
 *
 * @param runs the places of the items, oldest first; each run is within one layer
 * @param pruned the number of oldest layers that exceed the bounds afterwards; the layers
 * that the runs open count like the existing ones
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
		 * Returns the index that the next item would get.
		 * @return the length of the layer after this run
		 */
		public int end() {
			return this.firstIndex + this.length;
		}

	}

	/**
	 * The properties of a stack that decide where items go.
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
	 * Places items into the newest layer until it is full, then into layers of the next
	 * generations.
	 * <p>
	 * If the bounds were lowered, the newest layer may be longer than they allow; it
	 * counts as full. If the stack has more layers than they allow, the next item prunes
	 * the surplus.
	 * @param bounds how much the stack keeps
	 * @param extent the stack before the push
	 * @param count the number of items, at least 0
	 * @return the placement, which is empty if there are no items
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
	 * Returns the number of layers that exceed the bounds.
	 * @param layers the number of layers
	 * @param bounds how much the stack keeps
	 * @return the number of surplus layers, at least 0
	 */
	public static long surplus(long layers, StackBounds bounds) {
		return Math.max(0, layers - bounds.maxLayers());
	}

}
