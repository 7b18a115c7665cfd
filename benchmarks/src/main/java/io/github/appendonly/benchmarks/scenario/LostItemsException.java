package io.github.appendonly.benchmarks.scenario;

/**
 * A contender has lost acknowledged items.
 */
@SuppressWarnings("serial")
public final class LostItemsException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param message what was lost
	 */
	public LostItemsException(String message) {
		super(message);
	}

}
