package io.github.appendonly.internal;

/**
 * Checks the limits that callers give: the bounds of a stack, the size of a page, of a
 * batch, of a queue. All modules use this one rule, so all of them refuse the same limits
 * with the same message.
 */
public final class Limits {

	/*
	 * The API, the structures on the heap, group commit and the starter all need this
	 * check. No package is shared by all of them except one below the API, and Java has
	 * no visibility between a package and everybody. A module descriptor could hide it,
	 * but only from applications that run on the module path.
	 */

	private Limits() {
	}

	/**
	 * Requires a limit to be at least 1.
	 * @param name the name of the limit, as its caller knows it
	 * @param limit the limit
	 * @return the limit
	 * @throws LimitTooLowException if the limit is below 1
	 */
	public static int requireAtLeastOne(String name, int limit) {
		if (limit < 1) {
			throw new LimitTooLowException(name, limit);
		}
		return limit;
	}

}
