package io.github.appendonly.jpa.item;

/**
 * Thrown when an item cannot be written as JSON, or can no longer be read from it.
 */
public class ItemConversionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message the structure, the position if there is one, and the type
	 * @param cause the exception of the codec
	 */
	public ItemConversionException(String message, Throwable cause) {
		super(message, cause);
	}

}
