package io.github.appendonly.jpa;

import io.github.appendonly.Position;

/**
 * Consecutive items of one layer, still encoded.
 *
 * @param generation the generation of the layer
 * @param firstIndex the index of the first of the items
 * @param items the items
 */
record Slice(long generation, int firstIndex, ItemArray items) {

	Slice(long generation, int firstIndex, int length, String json) {
		this(generation, firstIndex, new ItemArray(length, json));
	}

	int end() {
		return this.firstIndex + this.items.length();
	}

	boolean holds(Position position) {
		return position.generation() == this.generation && position.index() >= this.firstIndex
				&& position.index() < end();
	}

}
