package io.github.appendonly.jpa.item;

import java.util.List;
import java.util.Objects;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import org.jspecify.annotations.Nullable;

/**
 * A slice as a read has found it: with its text, or with the items that were decoded from
 * the same text before.
 *
 * @param generation the generation of the layer
 * @param firstIndex the index of the first item
 * @param length the number of items
 * @param stamp the stamp of the text; null if the text has none
 * @param json the text; null if it was not read
 * @param decoded the entries; null if they are not known
 */
public record StoredSlice(long generation, int firstIndex, int length, @Nullable Long stamp, @Nullable String json,
		@Nullable List<Entry<Object>> decoded) {

	/**
	 * Returns a slice that has no stamp.
	 */
	public static StoredSlice of(long generation, int firstIndex, JsonArray items) {
		return new StoredSlice(generation, firstIndex, items.length(), null, items.json(), null);
	}

	/**
	 * Returns the slice with its items, without its text.
	 * @param entries the entries that were decoded from the text
	 */
	StoredSlice with(List<Entry<Object>> entries) {
		return new StoredSlice(this.generation, this.firstIndex, this.length, this.stamp, null, entries);
	}

	public int end() {
		return this.firstIndex + this.length;
	}

	public boolean holds(Position position) {
		return position.generation() == this.generation && position.index() >= this.firstIndex
				&& position.index() < end();
	}

	/**
	 * Returns whether the slice has its text or its items. It has neither if its stamp is
	 * that of another slice.
	 */
	public boolean isReadable() {
		return this.json != null || this.decoded != null;
	}

	/**
	 * Returns the items in encoded form. Only slices whose items are not known have it.
	 */
	public JsonArray items() {
		return new JsonArray(this.length, Objects.requireNonNull(this.json, "The text was not read"));
	}

}
