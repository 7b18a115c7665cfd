package io.github.appendonly.jpa.item;

import java.util.Optional;

import io.github.appendonly.Position;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an item cannot be written as JSON, or can no longer be read from it.
 * <p>
 * A reader that follows a stack, an archive or a history gets it only when it has all
 * entries before the item. Its {@link #position()} is then the cursor with which to step
 * over exactly that item.
 */
public class ItemConversionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final @Nullable String structure;

	private final @Nullable Position position;

	private final @Nullable String type;

	/**
	 * Creates the exception without its details.
	 * @param message the structure, the position if there is one, and the type
	 * @param cause the exception of the codec
	 */
	public ItemConversionException(String message, Throwable cause) {
		super(message, cause);
		this.structure = null;
		this.position = null;
		this.type = null;
	}

	/**
	 * Creates the exception.
	 * @param message what could not be done, without the cause
	 * @param structure the structure as messages name it, for example
	 * {@code stack 'news'}
	 * @param position the position of the item; null if the item was to be written
	 * @param type the name of the declared type of the items
	 * @param cause the exception of the codec
	 */
	ItemConversionException(String message, String structure, @Nullable Position position, String type,
			Throwable cause) {
		super(message + " of " + structure + " as " + type + ": " + cause.getMessage(), cause);
		this.structure = structure;
		this.position = position;
		this.type = type;
	}

	/**
	 * Returns the structure as messages name it: its kind and its name, for example
	 * {@code stack 'news'}.
	 * @return the structure; empty if it is not known
	 */
	public String structure() {
		return (this.structure != null) ? this.structure : "";
	}

	/**
	 * Returns the position of the item that cannot be read. For an item of an
	 * accumulator, it consists of the number of the item's row and its index there.
	 * @return the position; nothing if the item could not be written
	 */
	public Optional<Position> position() {
		return Optional.ofNullable(this.position);
	}

	/**
	 * Returns the name of the type that the item was to be written or read as.
	 * @return the type; empty if it is not known
	 */
	public String type() {
		return (this.type != null) ? this.type : "";
	}

}
