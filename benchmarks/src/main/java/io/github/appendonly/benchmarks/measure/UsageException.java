package io.github.appendonly.benchmarks.measure;

/**
 * The command line is not as it has to be.
 */
@SuppressWarnings("serial")
public final class UsageException extends RuntimeException {

	/**
	 * Says what is wrong.
	 * @param message one line
	 */
	public UsageException(String message) {
		super(message);
	}

}
