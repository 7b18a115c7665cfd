package io.github.appendonly.autoconfigure.subscriber;

/**
 * A method cannot be a listener of a stack, or its settings cannot be used. The start of
 * the application fails with an analysis that says what to do.
 */
class InvalidListenerException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Creates the exception.
	 * @param message the method and what is wrong with it, without a full stop
	 * @param action what to do, as a sentence
	 */
	InvalidListenerException(String message, String action) {
		super(message);
		this.action = action;
	}

	InvalidListenerException(String message, String action, Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
