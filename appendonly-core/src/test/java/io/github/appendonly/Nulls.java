package io.github.appendonly;

/**
 * Nulls for tests of what refuses them.
 */
public final class Nulls {

	private Nulls() {
	}

	@SuppressWarnings({ "NullAway", "TypeParameterUnusedInFormals" })
	public static <N> N nothing() {
		return null;
	}

}
