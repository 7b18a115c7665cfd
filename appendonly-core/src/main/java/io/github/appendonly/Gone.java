package io.github.appendonly;

import java.io.Serializable;
import java.util.Objects;

/**
 * A position whose item is gone. The position is never given to another item, and it
 * still counts in the length of its layer and in the size of its structure.
 * <p>
 * Only structures that refer to their items have gone positions: they keep an identifier,
 * and the item is kept elsewhere. Structures on the heap hold their items themselves; an
 * archive on the heap keeps the gone positions of layers that come from such a structure.
 * <p>
 * A gone position can be serialized if its identifier can.
 *
 * @param position the position of the item
 * @param identifier the part of the item that the structure keeps, for example the
 * identifier of an entity
 * @param reason why the item is gone
 */
public record Gone(Position position, Object identifier, Reason reason) implements Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * Checks that all parts are given.
	 * @throws NullPointerException if a part is null
	 * @throws IllegalArgumentException if the position is {@link Position#START}
	 */
	public Gone {
		Position.requireOfItem(position);
		Objects.requireNonNull(identifier, "identifier");
		Objects.requireNonNull(reason, "reason");
	}

	/**
	 * Creates a gone position of an entity that was deleted from its own table.
	 * @param position the position at which the entity was pushed
	 * @param identifier the identifier of the entity
	 * @return the gone position
	 */
	public static Gone entityDeleted(Position position, Object identifier) {
		return new Gone(position, identifier, Reason.ENTITY_DELETED);
	}

	/**
	 * Why an item is gone. Later versions may add reasons.
	 */
	public enum Reason {

		/**
		 * The structure keeps only the identifiers of its items, which are entities, and
		 * no entity with this identifier is in the database.
		 */
		ENTITY_DELETED

	}

}
