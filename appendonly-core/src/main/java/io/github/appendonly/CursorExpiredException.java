package io.github.appendonly;

import java.util.Objects;

/**
 * A follower's cursor has expired: entries after it are no longer kept.
 */
public class CursorExpiredException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Position cursor;

	/**
	 * Creates the exception.
	 * @param structure what is followed, for example {@code "stack 'orders'"}
	 * @param cursor the last position that the follower knows
	 */
	public CursorExpiredException(String structure, Position cursor) {
		super("The cursor " + cursor + " of " + structure + " has expired: entries after it are no longer kept."
				+ " Go on with the oldest entry that is kept (StartAt.oldest(), or return from onExpired),"
				+ " or keep more layers or an archive");
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
