package io.github.appendonly;

/**
 * Thrown when two concurrent changes of one state cannot be merged.
 */
public class ConflictException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message the parts of the states that contradict each other
	 */
	public ConflictException(String message) {
		super(message);
	}

}
