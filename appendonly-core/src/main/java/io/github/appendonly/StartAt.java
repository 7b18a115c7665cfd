package io.github.appendonly;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Where a follower begins.
 * <p>
 * The text form is {@code "oldest"}, {@code "newest"}, or the text form of the position
 * after which the follower begins, for example {@code "7-42"}. It is meant for settings
 * and requests.
 */
public final class StartAt implements Serializable {

	private static final long serialVersionUID = 1L;

	private static final StartAt OLDEST = new StartAt("oldest", null);

	private static final StartAt NEWEST = new StartAt("newest", null);

	private final String text;

	private final @Nullable Position position;

	private StartAt(String text, @Nullable Position position) {
		this.text = text;
		this.position = position;
	}

	/**
	 * Begins with the oldest entry that is kept. What was pruned before is accepted as
	 * missing.
	 * @return the oldest entry
	 */
	public static StartAt oldest() {
		return OLDEST;
	}

	/**
	 * Begins with the first entry that comes after now.
	 * @return the end
	 */
	public static StartAt newest() {
		return NEWEST;
	}

	/**
	 * Begins after a position that the follower knows: its cursor. A follower that wants
	 * every entry that there ever was gives {@link Position#START}. It is told if some of
	 * them are no longer kept.
	 * @param cursor the last position that the follower knows
	 * @return the place after that position
	 */
	public static StartAt after(Position cursor) {
		return new StartAt(cursor.toString(), cursor);
	}

	/**
	 * Reads the text form.
	 * @param text {@code "oldest"}, {@code "newest"}, or the text form of a position
	 * @return where to begin
	 * @throws IllegalArgumentException if the text has another form
	 */
	public static StartAt parse(String text) {
		return switch (Objects.requireNonNull(text, "text")) {
			case "oldest" -> OLDEST;
			case "newest" -> NEWEST;
			default -> after(position(text));
		};
	}

	/**
	 * Reads the text form, as {@link #parse(String)} does. Frameworks that convert text,
	 * for example Spring and Jackson, look for a method with this name.
	 * @param text the text form
	 * @return where to begin
	 * @throws IllegalArgumentException if the text has another form
	 */
	public static StartAt valueOf(String text) {
		return parse(text);
	}

	private static Position position(String text) {
		try {
			return Position.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("Not a place to start at: \"" + text
					+ "\". It is \"oldest\", \"newest\", or a position, for example \"7-42\" or \"start\"", ex);
		}
	}

	/**
	 * Returns the position after which the follower begins.
	 * @return the position, or nothing for {@link #oldest()} and {@link #newest()}
	 */
	public Optional<Position> position() {
		return Optional.ofNullable(this.position);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof StartAt start && start.text.equals(this.text);
	}

	@Override
	public int hashCode() {
		return this.text.hashCode();
	}

	/**
	 * Returns the text form. {@link #parse(String)} reads it.
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
