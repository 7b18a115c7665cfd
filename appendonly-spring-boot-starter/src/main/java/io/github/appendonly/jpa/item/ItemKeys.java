package io.github.appendonly.jpa.item;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.appendonly.internal.Keys;
import org.jspecify.annotations.Nullable;

/**
 * The keys of those items of an array that have one.
 *
 * @param byIndex the keys, by the index of the item in the array
 */
public record ItemKeys(NavigableMap<Integer, String> byIndex) {

	public static final ItemKeys NONE = new ItemKeys(Collections.emptyNavigableMap());

	/** An index, a space and a key. */
	private static final Pattern LINE = Pattern.compile("(0|[1-9]\\d{0,8}) (.+)", Pattern.DOTALL);

	/**
	 * Returns the key of an array's only item.
	 */
	public static ItemKeys of(String key) {
		return new ItemKeys(new TreeMap<>(Map.of(0, key)));
	}

	public boolean isEmpty() {
		return this.byIndex.isEmpty();
	}

	/**
	 * Returns these keys in their stored form: a line for each, with the index, a space
	 * and the key. A key has no line breaks.
	 * @return the text; null if there are no keys
	 */
	public @Nullable String text() {
		return isEmpty() ? null
				: this.byIndex.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + " " + entry.getValue())
					.collect(Collectors.joining("\n"));
	}

	/**
	 * Reads the stored form, which has no {@link #flaw}.
	 */
	public static ItemKeys parse(@Nullable String text) {
		if (text == null) {
			return NONE;
		}
		NavigableMap<Integer, String> byIndex = new TreeMap<>();
		for (String line : text.split("\n", -1)) {
			int space = line.indexOf(' ');
			byIndex.put(Integer.valueOf(line.substring(0, space)), line.substring(space + 1));
		}
		return new ItemKeys(byIndex);
	}

	/**
	 * Returns why a text is not the stored form of keys, if it is not. Another program
	 * may have written it.
	 * @param length the number of items in the array
	 */
	public static Optional<String> flaw(@Nullable String text, int length) {
		if (text == null) {
			return Optional.empty();
		}
		for (String line : text.split("\n", -1)) {
			if (!LINE.matcher(line).matches() || Integer.parseInt(line.substring(0, line.indexOf(' '))) >= length
					|| !isKey(line.substring(line.indexOf(' ') + 1))) {
				return Optional.of("item_keys is not an index below " + length + ", a space and a key in each line");
			}
		}
		return Optional.empty();
	}

	/**
	 * Returns the keys in a text that may have a flaw.
	 */
	public static List<String> in(@Nullable String text) {
		return (text == null) ? List.of()
				: Stream.of(text.split("\n", -1))
					.filter((line) -> line.indexOf(' ') >= 0)
					.map((line) -> line.substring(line.indexOf(' ') + 1))
					.toList();
	}

	private static boolean isKey(String text) {
		try {
			Keys.require(text);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
