package io.github.appendonly;

/**
 * The one rule for every limit that a caller gives.
 */
public final class Limits {

	private Limits() {
	}

	/**
	 * Refuses a limit that would let nothing through.
	 * @param name what the limit is called where it is given
	 * @param limit the limit
	 * @return the limit
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	public static int requireAtLeastOne(String name, int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException(name + " must be at least 1, but is " + limit);
		}
		return limit;
	}

}
