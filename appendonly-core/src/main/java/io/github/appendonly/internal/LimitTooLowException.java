package io.github.appendonly.internal;

/**
 * A caller has given a limit below 1. The starter recognizes it, and answers a request
 * that gave the limit with "bad request".
 */
public final class LimitTooLowException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final int limit;

	LimitTooLowException(String name, int limit) {
		super(name + " must be at least 1, but is " + limit);
		this.limit = limit;
	}

	/**
	 * Returns the limit that was given.
	 * @return the limit
	 */
	public int limit() {
		return this.limit;
	}

}
