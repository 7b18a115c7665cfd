package io.github.appendonly.benchmarks.scenario;

/**
 * A contender has not stored what its callers know to be stored.
 */
@SuppressWarnings("serial")
public final class LostItemsException extends RuntimeException {

	LostItemsException(String message) {
		super(message);
	}

}
