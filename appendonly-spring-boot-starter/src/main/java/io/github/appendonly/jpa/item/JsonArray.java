package io.github.appendonly.jpa.item;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Encoded items in their stored form: the text of one JSON array. Arrays are joined and
 * cut as text, without parsing the items.
 *
 * @param length the number of items
 * @param json the array
 */
public record JsonArray(int length, String json) {

	public static final JsonArray EMPTY = new JsonArray(0, "[]");

	private static final int LONG_TEXT = 65_536;

	/** The text of an item that is erased. */
	public static final String ERASED = "null";

	public static JsonArray of(List<String> items) {
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
	 * Returns the items of a row that another program may have written. Whitespace around
	 * the array, which JSON allows, is left out: arrays are joined by cutting off their
	 * first and last character.
	 */
	public static JsonArray ofRow(int length, String json) {
		return new JsonArray(length, (json.startsWith("[") && json.endsWith("]")) ? json : json.strip());
	}

	/**
	 * Checks that a text is a single JSON value. Any other text would shift the positions
	 * of all items that are stored after it.
	 * @throws IllegalArgumentException if the text is not a single JSON value
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
	 * @param lengths the lengths of the parts, which add up to the length of the array
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
	 * Returns the items from an index on.
	 */
	public JsonArray from(int index) {
		return split(IntStream.of(index, this.length - index)).get(1);
	}

	/**
	 * Returns why the text is not an array of this length with at least one item, if it
	 * is not. Each item must be one JSON value in the sense of {@link #requireOneValue}:
	 * then an item that cannot be read does not affect the others.
	 */
	public Optional<String> flaw() {
		if (this.length < 1) {
			return Optional.of("length is " + this.length + ", but must be at least 1");
		}
		try {
			bounds();
			return Optional.empty();
		}
		catch (IllegalArgumentException ex) {
			return Optional.of("length is " + this.length + ", but items is not a JSON array of that length");
		}
	}

	/**
	 * Returns whether the text is so long that it is better committed alone: it gains
	 * nothing from company, and callers of short ones would wait for it.
	 */
	public boolean isLong() {
		return this.json.length() > LONG_TEXT;
	}

	/**
	 * Returns whether a text is that of an item that is erased.
	 */
	public static boolean isErased(String item) {
		return item.strip().equals(ERASED);
	}

	/**
	 * Returns whether items may be erased, by a look at the text. A null that is a value
	 * of a property does not count.
	 */
	boolean mayHaveErased() {
		for (int i = this.json.indexOf(ERASED); i > 0; i = this.json.indexOf(ERASED, i + 1)) {
			char before = this.json.charAt(i - 1);
			if (before == '[' || before == ',' || Character.isWhitespace(before)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns the indexes of the items that are erased.
	 * @throws IllegalArgumentException if the text is not an array of this length
	 */
	public BitSet erased() {
		BitSet erased = new BitSet();
		if (mayHaveErased()) {
			List<String> items = items();
			for (int i = 0; i < items.size(); i++) {
				erased.set(i, isErased(items.get(i)));
			}
		}
		return erased;
	}

	/**
	 * Returns the array of the other items.
	 */
	JsonArray without(BitSet indexes) {
		if (indexes.isEmpty()) {
			return this;
		}
		List<String> items = items();
		return of(IntStream.range(0, this.length).filter((i) -> !indexes.get(i)).mapToObj(items::get).toList());
	}

	/**
	 * Returns the text of each item.
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
	 * Returns where each item starts and, as the last element, where another item would
	 * start. An item ends one character before the next start.
	 * @throws IllegalArgumentException if the text is not an array of this length
	 */
	private int[] bounds() {
		if (this.length > this.json.length() / 2 || !this.json.startsWith("[") || !this.json.endsWith("]")) {
			throw notAnArray();
		}
		int[] bounds = new int[this.length + 1];
		bounds[0] = 1;
		for (int found = 1; found < bounds.length; found++) {
			int start = bounds[found - 1];
			int end = endOfValue(this.json, start);
			boolean last = found == this.length;
			boolean fits = end < this.json.length() && !isBlank(start, end) && (this.json.charAt(end) == ',') != last
					&& (end == this.json.length() - 1) == last;
			if (!fits) {
				throw notAnArray();
			}
			bounds[found] = end + 1;
		}
		return bounds;
	}

	private boolean isBlank(int from, int to) {
		int i = from;
		while (i < to && Character.isWhitespace(this.json.charAt(i))) {
			i++;
		}
		return i >= to;
	}

	private IllegalArgumentException notAnArray() {
		return new IllegalArgumentException("Not a JSON array of " + this.length + " items");
	}

	/**
	 * Finds the end of a value: the comma or the closing bracket that follows it, or the
	 * end of the text.
	 * @return the index after the value, or -1 if the text ends within the value
	 */
	private static int endOfValue(String json, int from) {
		int depth = 0;
		boolean inString = false;
		for (int i = from; i < json.length(); i++) {
			char c = json.charAt(i);
			if (inString) {
				inString = c != '"';
				i += (c == '\\') ? 1 : 0;
			}
			else if (c == '"') {
				inString = true;
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
		return (inString || depth > 0) ? -1 : json.length();
	}

}
