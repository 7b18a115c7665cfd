package io.github.appendonly.jpa.item;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Encoded items as they are stored: the text of one JSON array. Arrays are joined and cut
 * as text, without parsing the items.
 *
 * @param length the number of items
 * @param json the array
 */
public record JsonArray(int length, String json) {

	public static final JsonArray EMPTY = new JsonArray(0, "[]");

	static JsonArray of(List<String> items) {
		return new JsonArray(items.size(), "[" + String.join(",", items) + "]");
	}

	public static JsonArray join(List<JsonArray> arrays) {
		if (arrays.size() == 1) {
			return arrays.get(0);
		}
		int length = 0;
		int size = 2;
		for (JsonArray array : arrays) {
			length += array.length;
			size += array.json.length();
		}
		StringBuilder joined = new StringBuilder(size).append('[');
		for (JsonArray array : arrays) {
			if (array.length > 0) {
				if (joined.length() > 1) {
					joined.append(',');
				}
				joined.append(array.json, 1, array.json.length() - 1);
			}
		}
		return new JsonArray(length, joined.append(']').toString());
	}

	/**
	 * Checks that a text is a single JSON value: any other would shift the positions of
	 * all items that are stored behind.
	 * @throws IllegalArgumentException if it is not
	 */
	static void requireOneValue(String item) {
		if (item.isBlank() || endOfValue(item, 0) != item.length()) {
			throw new IllegalArgumentException("Not one JSON value");
		}
	}

	public boolean isEmpty() {
		return this.length == 0;
	}

	/**
	 * Cuts the array into consecutive parts.
	 * @param lengths the lengths of the parts, which add up to the length
	 * @return the parts
	 */
	public List<JsonArray> split(IntStream lengths) {
		int[] parts = lengths.toArray();
		if (parts.length == 1) {
			return List.of(this);
		}
		int[] bounds = bounds();
		List<JsonArray> arrays = new ArrayList<>(parts.length);
		int from = 0;
		for (int part : parts) {
			int to = from + part;
			String items = this.json.substring(bounds[from], Math.max(bounds[from], bounds[to] - 1));
			arrays.add(new JsonArray(part, "[" + items + "]"));
			from = to;
		}
		return arrays;
	}

	/**
	 * The items from an index on.
	 */
	public JsonArray from(int index) {
		return split(IntStream.of(index, this.length - index)).get(1);
	}

	/**
	 * The text of each item.
	 */
	List<String> items() {
		int[] bounds = bounds();
		List<String> items = new ArrayList<>(this.length);
		for (int i = 0; i < this.length; i++) {
			items.add(this.json.substring(bounds[i], bounds[i + 1] - 1));
		}
		return items;
	}

	/**
	 * Where each item starts and, last, where one more would: an item reaches to one
	 * before the start of the next.
	 * @throws IllegalArgumentException if the text is not an array of this length
	 */
	private int[] bounds() {
		int[] bounds = new int[this.length + 1];
		bounds[0] = 1;
		for (int found = 1; found < bounds.length; found++) {
			int start = bounds[found - 1];
			int end = endOfValue(this.json, start);
			boolean last = found == this.length;
			boolean fits = end > start && end < this.json.length() && (this.json.charAt(end) == ',') != last
					&& (end == this.json.length() - 1) == last;
			if (!fits) {
				throw new IllegalArgumentException("Not a JSON array of " + this.length + " items");
			}
			bounds[found] = end + 1;
		}
		return bounds;
	}

	/**
	 * Where a value ends: at the comma or the closing bracket that follows it, or at the
	 * end of the text.
	 * @return the index behind the value, or -1 if the text ends within it
	 */
	private static int endOfValue(String json, int from) {
		int depth = 0;
		boolean text = false;
		for (int i = from; i < json.length(); i++) {
			char c = json.charAt(i);
			if (text) {
				text = c != '"';
				i += (c == '\\') ? 1 : 0;
			}
			else if (c == '"') {
				text = true;
			}
			else if (c == '[' || c == '{') {
				depth++;
			}
			else if (c == ']' || c == '}') {
				if (--depth < 0) {
					return i;
				}
			}
			else if (c == ',' && depth == 0) {
				return i;
			}
		}
		return (text || depth > 0) ? -1 : json.length();
	}

}
