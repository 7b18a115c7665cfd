package io.github.appendonly.jpa.item;

import io.github.appendonly.Position;

/**
 * Consecutive items of one layer, in encoded form.
 *
 * @param generation the generation of the layer
 * @param firstIndex the index of the first item
 * @param items the items
 */
public record Slice(long generation, int firstIndex, JsonArray items) {

	public Slice(long generation, int firstIndex, int length, String json) {
		this(generation, firstIndex, new JsonArray(length, json));
	}

	public int end() {
		return this.firstIndex + this.items.length();
	}

	public boolean holds(Position position) {
		return position.generation() == this.generation && position.index() >= this.firstIndex
				&& position.index() < end();
	}

}
