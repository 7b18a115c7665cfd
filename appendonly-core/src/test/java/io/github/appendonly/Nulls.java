package io.github.appendonly;

/**
 * Returns null where a type does not allow it, for tests of methods that refuse null.
 */
public final class Nulls {

	private Nulls() {
	}

	@SuppressWarnings({ "NullAway", "TypeParameterUnusedInFormals" })
	public static <N> N nothing() {
		return null;
	}

}
