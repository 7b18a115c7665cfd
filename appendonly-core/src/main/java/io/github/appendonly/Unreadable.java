package io.github.appendonly;

import java.io.Serializable;
import java.util.Objects;

/**
 * A position whose item cannot be read: it is stored, but not in a form that its type can
 * be made of. The type has changed since, for example, or another program wrote the item.
 * The position still counts in the length of its layer and in the size of its structure,
 * and the item becomes readable if the type can be made of it again.
 * <p>
 * Only structures that convert their items have unreadable positions. Structures on the
 * heap hold their items themselves; an archive on the heap keeps the unreadable positions
 * of layers that come from such a structure.
 *
 * @param position the position of the item
 * @param text the item as it is stored
 * @param reason why it cannot be read, in words for a log
 */
public record Unreadable(Position position, String text, String reason) implements Serializable {

	private static final long serialVersionUID = 1L;

	/**
	 * Checks that all parts are given.
	 * @throws NullPointerException if a part is null
	 * @throws IllegalArgumentException if the position is {@link Position#START}
	 */
	public Unreadable {
		Position.requireOfItem(position);
		Objects.requireNonNull(text, "text");
		Objects.requireNonNull(reason, "reason");
	}

}
