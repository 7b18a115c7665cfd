package io.github.appendonly;

import java.io.Serializable;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The final place of an item in a structure: the generation of its layer, and the index
 * of the item in that layer.
 * <p>
 * Each position is given to one item only. Positions have no gaps and follow the order in
 * which items become visible. They are ordered by generation, then by index.
 * <p>
 * {@link #START} is the one position without an item. It comes before all others, and is
 * the cursor of a reader that has read nothing yet.
 * <p>
 * The text form, for example {@code "7-42"}, is meant to be stored and sent: as a cursor,
 * as the id of a server-sent event, or as an {@code ETag}.
 *
 * @param generation the sequential number of the layer, from 0
 * @param index the number of the item in its layer, from 0; -1 only in {@link #START}
 */
public record Position(long generation, int index) implements Comparable<Position>, Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * The position before the first item that a structure ever has. Its text form is
	 * {@code "start"}. No item has this position.
	 */
	public static final Position START = new Position(0, -1);

	private static final String START_TEXT = "start";

	private static final Pattern TEXT = Pattern.compile("(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,9})");

	/**
	 * Checks the ranges.
	 * @throws IllegalArgumentException if the generation or the index is negative, except
	 * for generation 0 and index -1, which equal {@link #START}
	 */
	public Position {
		boolean start = generation == 0 && index == -1;
		if (!start && (generation < 0 || index < 0)) {
			throw new IllegalArgumentException("The generation and index of a position must not be negative, but are "
					+ generation + " and " + index);
		}
	}

	/**
	 * Reads the text form.
	 * @param text a decimal generation and a decimal index, joined by a hyphen, or
	 * {@code "start"}, as {@link #toString()} prints them
	 * @return the position
	 * @throws IllegalArgumentException if the text has another form
	 */
	public static Position parse(String text) {
		if (Objects.requireNonNull(text, "text").equals(START_TEXT)) {
			return START;
		}
		Matcher parts = TEXT.matcher(text);
		if (!parts.matches()) {
			throw unreadable(text, null);
		}
		try {
			return new Position(Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)));
		}
		catch (NumberFormatException ex) {
			throw unreadable(text, ex);
		}
	}

	/**
	 * Reads the text form, as {@link #parse(String)} does. Frameworks that convert text,
	 * for example Spring and Jackson, look for a method with this name.
	 * @param text the text form
	 * @return the position
	 * @throws IllegalArgumentException if the text has another form
	 */
	public static Position valueOf(String text) {
		return parse(text);
	}

	private static IllegalArgumentException unreadable(String text, @Nullable NumberFormatException cause) {
		return new IllegalArgumentException(
				"Not a position: \"" + text + "\". The form is generation-index, for example \"7-42\", or \"start\"",
				cause);
	}

	static void requireOfItem(Position position) {
		if (Objects.requireNonNull(position, "position").index < 0) {
			throw new IllegalArgumentException("No item has the position \"start\"");
		}
	}

	@Override
	public int compareTo(Position other) {
		int generations = Long.compare(this.generation, other.generation);
		return (generations != 0) ? generations : Integer.compare(this.index, other.index);
	}

	/**
	 * Returns whether this position is newer than another one.
	 * @param other the position to compare with
	 * @return whether this position is newer; false if both are equal
	 */
	public boolean isAfter(Position other) {
		return compareTo(other) > 0;
	}

	/**
	 * Returns the text form {@code generation-index}, or {@code start} for
	 * {@link #START}. {@link #parse(String)} reads both.
	 */
	@Override
	public String toString() {
		return (this.index < 0) ? START_TEXT : this.generation + "-" + this.index;
	}

}
