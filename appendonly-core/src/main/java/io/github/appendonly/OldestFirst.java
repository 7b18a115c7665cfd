package io.github.appendonly;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import org.jspecify.annotations.Nullable;

/**
 * Reads from the oldest entry to the newest, step by step. Each step tells whether the
 * one before it was followed by entries that have been pruned since.
 *
 * @param <T> the type of the items
 */
final class OldestFirst<T> implements Iterator<Entry<T>> {

	/** Few entries, for a reader that only wants the first ones. */
	private static final int FIRST_STEP = 100;

	private static final int STEP = 1000;

	private static final String STREAM = "a stream of oldestFirst()";

	private final Entries<T> entries;

	private @Nullable Changes<T> step;

	private Iterator<Entry<T>> unread = List.<Entry<T>>of().iterator();

	OldestFirst(Entries<T> entries) {
		this.entries = entries;
	}

	@Override
	public boolean hasNext() {
		while (!this.unread.hasNext()) {
			Changes<T> last = this.step;
			if (last != null && last.caughtUp()) {
				return false;
			}
			Changes<T> next = (last != null) ? following(last.cursor()) : this.entries.fromOldest(FIRST_STEP);
			this.step = next;
			this.unread = next.entries().iterator();
		}
		return true;
	}

	private Changes<T> following(Position cursor) {
		Changes<T> next = this.entries.since(cursor, STEP);
		if (next.expired()) {
			throw new CursorExpiredException(STREAM, cursor);
		}
		if (next.ahead()) {
			throw new CursorAheadException(STREAM, cursor);
		}
		return next;
	}

	@Override
	public Entry<T> next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		return this.unread.next();
	}

}
