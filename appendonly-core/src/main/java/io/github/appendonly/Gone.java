package io.github.appendonly;

import java.io.Serializable;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A position whose item is gone. The position is never given to another item, and it
 * still counts in the length of its layer and in the size of its structure.
 * <p>
 * An item is gone if it was {@link Erasable erased}, or if the structure only refers to
 * it and it no longer exists elsewhere.
 * <p>
 * A gone position can be serialized if its identifier can.
 *
 * @param position the position of the item
 * @param identifier the part of the item that the structure keeps: the identifier of an
 * entity; null if the item was erased, because then nothing is kept
 * @param reason why the item is gone
 */
public record Gone(Position position, @Nullable Object identifier, Reason reason) implements Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * Checks that all parts are given.
	 * @throws NullPointerException if the position or the reason is null, or the
	 * identifier of an item that was not erased
	 * @throws IllegalArgumentException if the position is {@link Position#START}, or if
	 * the item was erased and there is an identifier
	 */
	public Gone {
		Position.requireOfItem(position);
		if (Objects.requireNonNull(reason, "reason") == Reason.ERASED) {
			requireNoIdentifier(position, identifier);
		}
		else {
			Objects.requireNonNull(identifier, "identifier");
		}
	}

	private static void requireNoIdentifier(Position position, @Nullable Object identifier) {
		if (identifier != null) {
			throw new IllegalArgumentException("The item at " + position
					+ " was erased, so it has no identifier; but there is one of " + identifier.getClass());
		}
	}

	/**
	 * Creates a gone position of an item that was erased.
	 * @param position the position at which the item was pushed
	 * @return the gone position
	 */
	public static Gone erased(Position position) {
		return new Gone(position, null, Reason.ERASED);
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
		ENTITY_DELETED,

		/**
		 * The item was erased from the structure, which keeps nothing of it.
		 */
		ERASED

	}

}
