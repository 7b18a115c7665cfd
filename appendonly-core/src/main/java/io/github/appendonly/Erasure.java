package io.github.appendonly;

import java.io.Serializable;
import java.util.Objects;

/**
 * How far an erasure has come.
 *
 * @param cursor the position down to which items have been looked at; another call can go
 * on below it
 * @param done whether there is nothing left below the cursor
 * @param examined the number of items that the condition was asked about
 * @param erased the number of items that were erased
 * @param unreadable the number of items that could not be read; they stay. A reader finds
 * them with {@link ReadOption#REPORT_UNREADABLE}, and {@link Erasable#erase(Position...)}
 * erases them
 */
public record Erasure(Position cursor, boolean done, long examined, long erased,
		long unreadable) implements Serializable {

	private static final long serialVersionUID = 1L;

	/** Nothing has been done yet. The cursor is beyond all items. */
	public static final Erasure BEGIN = below(new Position(Long.MAX_VALUE, Integer.MAX_VALUE));

	/**
	 * Checks the numbers.
	 * @throws IllegalArgumentException if a number is negative
	 */
	public Erasure {
		Objects.requireNonNull(cursor, "cursor");
		if (examined < 0 || erased < 0 || unreadable < 0) {
			throw new IllegalArgumentException("The numbers of an erasure must not be negative, but are " + examined
					+ ", " + erased + " and " + unreadable);
		}
	}

	/**
	 * Returns where to begin below a position: with the next older item.
	 * @param cursor the position, for example the cursor that an earlier call has
	 * reported
	 * @return an erasure that has done nothing yet
	 */
	public static Erasure below(Position cursor) {
		return new Erasure(cursor, false, 0, 0, 0);
	}

	/**
	 * Returns the same erasure after one more portion.
	 * @param cursor the lowest position of the portion
	 * @param done whether there is nothing left below it
	 * @param examined the number of items that the condition was asked about
	 * @param erased the number of items that were erased
	 * @param unreadable the number of items that could not be read
	 * @return the sum
	 */
	public Erasure plus(Position cursor, boolean done, long examined, long erased, long unreadable) {
		return new Erasure(cursor, done, this.examined + examined, this.erased + erased, this.unreadable + unreadable);
	}

}
