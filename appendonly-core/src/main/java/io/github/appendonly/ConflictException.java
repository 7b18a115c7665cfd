package io.github.appendonly;

/**
 * Two changes of one state that cannot both be kept.
 */
public class ConflictException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Says what cannot be merged.
	 * @param message which parts of the states contradict each other
	 */
	public ConflictException(String message) {
		super(message);
	}

}
