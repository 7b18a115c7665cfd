package io.github.appendonly.jpa.item;

/**
 * An item that cannot be turned into JSON, or not any more be read from it.
 */
public class ItemConversionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Says which item.
	 * @param message the structure, the position where there is one, and the type
	 * @param cause the codec's exception
	 */
	public ItemConversionException(String message, Throwable cause) {
		super(message, cause);
	}

}
