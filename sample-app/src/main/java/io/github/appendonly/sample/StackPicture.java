package io.github.appendonly.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.appendonly.StackBounds;

/**
 * The picture of the stack on the page: a block for each layer, with a cell for each
 * event. The stack is archived from the start, so all layers below are in the archive.
 *
 * @param bounds the bounds of the stack
 * @param layers the layers, newest first
 */
record StackPicture(StackBounds bounds, List<Block> layers) {

	static StackPicture of(StackBounds bounds, List<QuakeView> quakes) {
		return new StackPicture(bounds, quakes.stream()
			.collect(Collectors.groupingBy((view) -> view.position().generation(), TreeMap::new, Collectors.toList()))
			.descendingMap()
			.entrySet()
			.stream()
			.map((layer) -> Block.of(layer.getKey(), layer.getValue(), bounds))
			.toList());
	}

	public long archivedLayers() {
		return this.layers.isEmpty() ? 0 : this.layers.get(this.layers.size() - 1).generation();
	}

	/**
	 * A slot for each layer that is missing until the stack is full.
	 * @return the numbers of the slots
	 */
	public List<Integer> emptySlots() {
		return IntStream.range(this.layers.size(), this.bounds.maxLayers()).boxed().toList();
	}

	/**
	 * A layer.
	 *
	 * @param generation the generation of the layer
	 * @param quakes its events, oldest first
	 * @param maxLength the number of events per layer
	 */
	record Block(long generation, List<QuakeView> quakes, int maxLength) {

		static Block of(long generation, List<QuakeView> newestFirst, StackBounds bounds) {
			List<QuakeView> oldestFirst = new ArrayList<>(newestFirst);
			Collections.reverse(oldestFirst);
			return new Block(generation, oldestFirst, bounds.maxLength());
		}

		public boolean sealed() {
			return this.quakes.size() >= this.maxLength;
		}

		/**
		 * A cell for each event that is missing until the layer is full.
		 * @return the numbers of the cells
		 */
		public List<Integer> freeCells() {
			return IntStream.range(this.quakes.size(), this.maxLength).boxed().toList();
		}

	}

}
