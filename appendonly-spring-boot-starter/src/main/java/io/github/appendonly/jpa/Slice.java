package io.github.appendonly.jpa;

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

}
