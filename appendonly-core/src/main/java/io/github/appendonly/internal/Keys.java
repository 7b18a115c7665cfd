package io.github.appendonly.internal;

/**
 * The rule for the keys of items.
 */
public final class Keys {

	/** The maximum number of characters of a key. */
	public static final int LENGTH = 200;

	private Keys() {
	}

	/**
	 * Checks that a key can be stored.
	 * @param key the key
	 * @return the key
	 * @throws IllegalArgumentException if the key is blank or too long, or has control
	 * characters or unpaired surrogates
	 * @throws NullPointerException if the key is null
	 */
	public static String require(String key) {
		if (key == null) {
			throw new NullPointerException("key");
		}
		if (key.length() > LENGTH) {
			throw new IllegalArgumentException(rule() + ", but got one of " + key.length() + " characters");
		}
		boolean printable = key.codePoints()
			.noneMatch((c) -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
		if (!printable || key.isBlank()) {
			throw new IllegalArgumentException(rule() + ", but got \"" + key + "\"");
		}
		return key;
	}

	private static String rule() {
		return "A key is a text of 1 to " + LENGTH + " characters, not blank, without control characters";
	}

}
