package io.github.appendonly.benchmarks.scenario;

/**
 * A contender has lost acknowledged items.
 */
@SuppressWarnings("serial")
public final class LostItemsException extends RuntimeException {

	LostItemsException(String message) {
		super(message);
	}

}
