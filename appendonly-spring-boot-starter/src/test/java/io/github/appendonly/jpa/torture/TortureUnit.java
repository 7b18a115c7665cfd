package io.github.appendonly.jpa.torture;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The items that a writer commits together. They belong to one or more structures, and
 * are stored all or none.
 *
 * @param number the number of the unit among those of its writer
 * @param kind how the unit is written
 * @param items the items, by the name of their structure, in the order of writing
 */
record TortureUnit(int number, Kind kind, SortedMap<String, List<String>> items) {

	/**
	 * Ways to write.
	 */
	enum Kind {

		PUSH(false), PUSH_ALL(false), PUSH_ASYNC(false), APPEND(false), TRANSACTION(true), READING_TRANSACTION(true),
		OUTER_TRANSACTION(true), INNER_TRANSACTION(true), TRANSACTION_WITH_SAVEPOINT(true), SAVEPOINT(false);

		final boolean transaction;

		Kind(boolean transaction) {
			this.transaction = transaction;
		}

	}

	List<String> in(String structure) {
		return this.items.getOrDefault(structure, List.of());
	}

	/**
	 * The text form, which {@link #parse(String)} reads.
	 */
	String text() {
		return this.number + " " + this.kind + " "
				+ this.items.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + "=" + String.join(",", entry.getValue()))
					.collect(Collectors.joining(" "));
	}

	static TortureUnit parse(String text) {
		List<String> words = List.of(text.split(" ", -1));
		SortedMap<String, List<String>> items = new TreeMap<>();
		for (String structure : words.subList(2, words.size())) {
			int end = structure.indexOf('=');
			items.put(structure.substring(0, end), Arrays.asList(structure.substring(end + 1).split(",", -1)));
		}
		return new TortureUnit(Integer.parseInt(words.get(0)), Kind.valueOf(words.get(1)), items);
	}

}
