package io.github.appendonly;

import java.util.Objects;

/**
 * A position whose item is gone: the structure keeps only what identifies it, and the
 * item itself, kept somewhere else, has been deleted there.
 * <p>
 * Only structures that refer to their items know such positions; those on the heap hold
 * the items themselves.
 *
 * @param position where the item stands
 * @param identifier what the structure keeps of it: the identifier of an entity, say
 */
public record Gone(Position position, Object identifier) {

	/**
	 * Refuses nulls.
	 */
	public Gone {
		Objects.requireNonNull(position, "position");
		Objects.requireNonNull(identifier, "identifier");
	}

}
