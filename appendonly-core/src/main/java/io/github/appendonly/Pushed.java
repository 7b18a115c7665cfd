package io.github.appendonly;

import java.util.Objects;
import java.util.Optional;

/**
 * The answer to a push with a key.
 *
 * @param isNew whether this push has stored its item; if not, the item of an earlier push
 * with the same key is stored, and this one was not
 * @param position the position of the stored item; empty if that item is not placed yet,
 * or if the caller's transaction does not see where
 */
public record Pushed(boolean isNew, Optional<Position> position) {

	/**
	 * Checks the position.
	 * @throws NullPointerException if the position is null
	 */
	public Pushed {
		Objects.requireNonNull(position, "position");
	}

}
