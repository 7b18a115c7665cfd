package io.github.appendonly.jpa;

import java.util.List;

import io.github.appendonly.Entry;
import io.github.appendonly.Gone;

/**
 * What was read in one go.
 *
 * @param <T> the type of the items
 * @param entries the items that are there, in the order of their positions
 * @param gone those that are not
 */
record Portion<T>(List<Entry<T>> entries, List<Gone> gone) {

	List<T> items() {
		return this.entries.stream().map(Entry::item).toList();
	}

}
