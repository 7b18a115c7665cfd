package io.github.appendonly.autoconfigure;

import java.time.Duration;

/**
 * A property has a value that it cannot have. The message names both, and the start of
 * the application fails with an analysis that says what to do.
 */
public class InvalidPropertyException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Creates the exception.
	 * @param message the property, its value and what is wrong with it, without a full
	 * stop
	 * @param action what to do, as a sentence
	 */
	public InvalidPropertyException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Requires a number or a time to be at least as large as another one.
	 * @param <V> the type of the property
	 * @param property the name of the property
	 * @param least the lowest value allowed
	 * @param value the value
	 * @throws InvalidPropertyException if the value is lower
	 */
	public static <V extends Comparable<V>> void requireAtLeast(String property, V least, V value) {
		if (value.compareTo(least) < 0) {
			throw new InvalidPropertyException(
					property + " must be at least " + text(least) + ", but is " + text(value),
					"Set " + property + " to " + text(least) + " or more.");
		}
	}

	private static String text(Object value) {
		return (value instanceof Duration time) ? time.toMillis() + "ms" : value.toString();
	}

	/**
	 * Requires a text that is not blank.
	 * @param property the name of the property
	 * @param value the value
	 * @throws InvalidPropertyException if the value is blank
	 */
	public static void requireText(String property, String value) {
		if (value.isBlank()) {
			throw new InvalidPropertyException(property + " must not be blank, but is \"" + value + "\"",
					"Set " + property + " to a name, or remove it to use the default.");
		}
	}

	/**
	 * Returns what to do.
	 * @return a sentence
	 */
	public String action() {
		return this.action;
	}

}
