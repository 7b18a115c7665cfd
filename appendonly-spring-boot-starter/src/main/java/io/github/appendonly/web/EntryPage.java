package io.github.appendonly.web;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import org.jspecify.annotations.Nullable;

/**
 * A page backwards, for a response. As JSON, it has the form of
 * {@link io.github.appendonly.Changes}, as far as that applies to a page: <pre>
 * {"entries": [{"position": "7-42", "item": …}, …], "cursor": "7-3"}</pre>
 *
 * @param <T> the type of the items
 * @param entries the entries, newest first
 * @param cursor the position below which the next page begins; null if nothing is below
 */
public record EntryPage<T>(List<Entry<T>> entries, @Nullable Position cursor) {

	/**
	 * Copies the list.
	 */
	public EntryPage {
		entries = List.copyOf(entries);
	}

	/**
	 * Reads a page.
	 * @param <T> the type of the items
	 * @param entries what to read
	 * @param than the cursor of the page before; without it, the page begins with the
	 * newest entry
	 * @param limit the maximum number of entries, at least 1
	 * @return the page
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	public static <T> EntryPage<T> below(Entries<T> entries, Optional<Position> than, int limit) {
		int oneMore = (limit < 1 || limit == Integer.MAX_VALUE) ? limit : limit + 1;
		List<Entry<T>> read = than.map((position) -> entries.older(position, oneMore))
			.orElseGet(() -> entries.newest(oneMore));
		if (read.size() <= limit) {
			return new EntryPage<>(read, null);
		}
		return new EntryPage<>(read.subList(0, limit), read.get(limit - 1).position());
	}

}
