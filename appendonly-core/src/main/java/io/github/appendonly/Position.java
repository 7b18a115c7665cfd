package io.github.appendonly;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where an item stands: the generation of its layer, and its index in that layer.
 * <p>
 * Positions are given once, without gaps, in the order in which items become visible;
 * they are ordered by generation, then by index. The text form, {@code "7-42"}, is made
 * to be stored and sent: as a cursor, as the id of a server-sent event, as an
 * {@code ETag}.
 *
 * @param generation the sequential number of the layer, from 0
 * @param index the place of the item in its layer, from 0
 */
public record Position(long generation, int index) implements Comparable<Position> {

	private static final Pattern TEXT = Pattern.compile("(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,9})");

	/**
	 * Checks the ranges.
	 * @throws IllegalArgumentException if either number is negative
	 */
	public Position {
		if (generation < 0 || index < 0) {
			throw new IllegalArgumentException(
					"A position has no negative parts, but got generation " + generation + " and index " + index);
		}
	}

	/**
	 * Reads the text form.
	 * @param text a generation and an index in decimal, joined by a hyphen, as
	 * {@link #toString()} prints them
	 * @return the position
	 * @throws IllegalArgumentException if the text is anything else
	 */
	public static Position parse(String text) {
		Matcher parts = TEXT.matcher(Objects.requireNonNull(text, "text"));
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
	 * Reads the text form, as {@link #parse(String)} does: frameworks that convert text,
	 * Spring and Jackson among them, look for a method of this name.
	 * @param text the text form
	 * @return the position
	 * @throws IllegalArgumentException if the text is anything else
	 */
	public static Position valueOf(String text) {
		return parse(text);
	}

	private static IllegalArgumentException unreadable(String text, @Nullable NumberFormatException cause) {
		return new IllegalArgumentException(
				"Not a position: \"" + text + "\". A position reads generation-index, such as \"7-42\"", cause);
	}

	@Override
	public int compareTo(Position other) {
		int generations = Long.compare(this.generation, other.generation);
		return (generations != 0) ? generations : Integer.compare(this.index, other.index);
	}

	/**
	 * Whether this position comes after the other one.
	 * @param other the position to compare with
	 * @return whether this is the newer one; not if they are equal
	 */
	public boolean isAfter(Position other) {
		return compareTo(other) > 0;
	}

	/**
	 * Prints {@code generation-index}, which {@link #parse(String)} reads.
	 */
	@Override
	public String toString() {
		return this.generation + "-" + this.index;
	}

}
