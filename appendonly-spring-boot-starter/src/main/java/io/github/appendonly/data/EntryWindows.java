package io.github.appendonly.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.appendonly.Changes;
import io.github.appendonly.CursorAheadException;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.internal.Limits;
import org.springframework.data.domain.KeysetScrollPosition;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Window;

/**
 * Reads entries as windows of Spring Data, for code that scrolls: a
 * {@link org.springframework.data.support.WindowIterator}, or a connection of Spring for
 * GraphQL.
 * <p>
 * The scroll position of an entry is a {@link KeysetScrollPosition} with one key,
 * {@value #KEY}, whose value is the text form of the entry's {@link Position}. It stays
 * valid whatever is pushed or pruned meanwhile.
 */
public final class EntryWindows {

	/** The key of scroll positions. */
	public static final String KEY = "position";

	private EntryWindows() {
	}

	/**
	 * Reads a window, whose entries are in the order from the newest to the oldest.
	 * @param <T> the type of the items
	 * @param entries what to read
	 * @param position where to begin: an initial position for the newest entry; otherwise
	 * a position of another window, which is excluded. Forward leads to older entries,
	 * backward to newer ones.
	 * @param limit the maximum number of entries, at least 1
	 * @return the window, which tells whether more entries follow in its direction
	 * @throws IllegalArgumentException if the limit is below 1, or if the position is not
	 * one of an entry
	 * @throws CursorExpiredException if the window leads to newer entries, and some of
	 * those after the position are no longer kept
	 * @throws CursorAheadException if the window leads to newer entries, and the position
	 * is beyond the newest one, as after a restore
	 */
	public static <T> Window<Entry<T>> newestFirst(Entries<T> entries, ScrollPosition position, int limit) {
		Limits.requireAtLeastOne("limit", limit);
		if (position.isInitial()) {
			return forward(entries.newest(oneMore(limit)), limit);
		}
		Position known = positionOf(position);
		return ((KeysetScrollPosition) position).scrollsForward() ? forward(entries.older(known, oneMore(limit)), limit)
				: backward(entries, known, limit);
	}

	private static int oneMore(int limit) {
		return (limit < Integer.MAX_VALUE) ? limit + 1 : limit;
	}

	private static <T> Window<Entry<T>> forward(List<Entry<T>> read, int limit) {
		boolean more = read.size() > limit;
		return window(more ? read.subList(0, limit) : read, ScrollPosition.Direction.FORWARD, more);
	}

	private static <T> Window<Entry<T>> backward(Entries<T> entries, Position known, int limit) {
		List<Entry<T>> read = new ArrayList<>();
		Changes<T> step = entries.since(known, limit);
		while (true) {
			if (step.expired()) {
				throw new CursorExpiredException("a window", known);
			}
			if (step.ahead()) {
				throw new CursorAheadException("a window", known);
			}
			read.addAll(step.entries());
			if (step.caughtUp() || read.size() == limit) {
				Collections.reverse(read);
				return window(read, ScrollPosition.Direction.BACKWARD, !step.caughtUp());
			}
			step = entries.since(step.cursor(), limit - read.size());
		}
	}

	private static <T> Window<Entry<T>> window(List<Entry<T>> entries, ScrollPosition.Direction direction,
			boolean more) {
		return Window.from(entries,
				(place) -> ScrollPosition.of(Map.of(KEY, entries.get(place).position().toString()), direction), more);
	}

	private static Position positionOf(ScrollPosition position) {
		if (!(position instanceof KeysetScrollPosition keyset) || keyset.getKeys().size() != 1
				|| keyset.getKeys().get(KEY) == null) {
			throw new IllegalArgumentException("Not the scroll position of an entry: " + position
					+ ". Begin with ScrollPosition.keyset(), and go on with a position of the window");
		}
		return Position.parse(Objects.requireNonNull(keyset.getKeys().get(KEY)).toString());
	}

}
