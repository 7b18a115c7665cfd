package io.github.appendonly.follow;

import io.github.appendonly.Changes;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;

/**
 * What one read has brought. It never changes, so that many tails share it.
 *
 * @param <T> the type of the items
 * @param from where the read began
 * @param changes what was read
 * @param wakes how often the key had been woken when the read began
 */
record Step<T>(StartAt from, Changes<T> changes, long wakes) {

	/**
	 * Returns the part of a read before the first item that cannot be read.
	 * @throws IllegalStateException if it begins with such an item
	 */
	static <T> Step<T> of(StartAt from, Changes<T> read, long wakes, String structure) {
		Changes<T> readable = read.beforeUnreadable()
			.orElseThrow(() -> new IllegalStateException(
					"The item of " + structure + " at a position cannot be read: " + read.unreadable().get(0)));
		return new Step<>(from, readable, wakes);
	}

	/**
	 * Returns whether a tail that was at the beginning has something to do, other than to
	 * wait.
	 */
	boolean moves() {
		return this.changes.expired() || this.changes.ahead()
				|| !this.from.equals(StartAt.after(this.changes.cursor()));
	}

	/**
	 * Returns whether tails that come later may go on with this step. It leads from one
	 * position to another then, without a gap.
	 */
	boolean isShared() {
		return moves() && !this.changes.expired() && !this.changes.ahead() && this.from.position().isPresent();
	}

	/**
	 * Returns whether a position lies within this step.
	 */
	boolean continues(Position cursor) {
		return this.changes.cursor().isAfter(cursor)
				&& this.from.position().filter((first) -> !first.isAfter(cursor)).isPresent();
	}

}
