package io.github.appendonly.benchmarks.measure;

/**
 * The command line is wrong.
 */
@SuppressWarnings("serial")
public final class UsageException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message one line
	 */
	public UsageException(String message) {
		super(message);
	}

}
