package io.github.appendonly;

import java.util.Objects;

/**
 * A follower's cursor lies ahead of the newest entry. The structure was dropped and made
 * anew, or its database was restored to an earlier state, or the cursor belongs to
 * another structure. Entries that get positions up to the cursor would be missed.
 */
public class CursorAheadException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Position cursor;

	/**
	 * Creates the exception.
	 * @param structure what is followed, for example {@code "stack 'orders'"}
	 * @param cursor the last position that the follower knows
	 */
	public CursorAheadException(String structure, Position cursor) {
		super("The cursor " + cursor + " of " + structure + " is ahead of the newest entry: the structure was dropped"
				+ " and made anew, its database was restored to an earlier state, or the cursor is another"
				+ " structure's. Decide where to begin again: StartAt.oldest(), StartAt.newest(), or a position that"
				+ " was valid then");
		this.cursor = Objects.requireNonNull(cursor, "cursor");
	}

	/**
	 * Returns the cursor.
	 * @return the last position that the follower knows
	 */
	public Position cursor() {
		return this.cursor;
	}

}
