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
	 * Requires a number to be at least as large as another one.
	 * @param property the name of the property
	 * @param least the lowest value allowed
	 * @param value the value
	 * @throws InvalidPropertyException if the value is lower
	 */
	public static void requireAtLeast(String property, long least, double value) {
		if (value < least) {
			String shown = (value == Math.rint(value)) ? "" + (long) value : "" + value;
			throw new InvalidPropertyException(property + " must be at least " + least + ", but is " + shown,
					"Set " + property + " to " + least + " or more.");
		}
	}

	/**
	 * Requires a time to be at least as long as another one.
	 * @param property the name of the property
	 * @param least the shortest time allowed
	 * @param value the value
	 * @throws InvalidPropertyException if the value is shorter
	 */
	public static void requireAtLeast(String property, Duration least, Duration value) {
		if (value.compareTo(least) < 0) {
			throw new InvalidPropertyException(
					property + " must be at least " + least.toMillis() + "ms, but is " + value.toMillis() + "ms",
					"Set " + property + " to " + least.toMillis() + "ms or more.");
		}
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
