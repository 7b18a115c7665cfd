package io.github.appendonly.state;

import java.util.Optional;

import io.github.appendonly.Position;

/**
 * The newest layer that a structure does not keep. It decides whether a cursor has
 * expired: whether a reader that knows everything up to the cursor has missed items. This
 * is the one rule for stacks and archives, on the heap ({@code memory.Layered}) and in
 * the database ({@code SliceRepository} and {@code ArchiveTable}).
 *
 * @param generation the generation of that layer; negative if there is none
 * @param length the number of items that the layer had
 */
public record ExpiryMark(long generation, int length) {

	/** Nothing is missing. */
	public static final ExpiryMark NONE = new ExpiryMark(-1, 0);

	/**
	 * The mark of a structure that begins with a layer, where nothing is known of the
	 * layer before but that it had an item. So a cursor within that layer counts as
	 * valid, but not {@link Position#START}.
	 * @param generation the generation of the oldest layer that is kept
	 * @return the mark
	 */
	public static ExpiryMark before(long generation) {
		return (generation > 0) ? new ExpiryMark(generation - 1, 1) : NONE;
	}

	/**
	 * Returns the newest position that is not kept, if that is known.
	 * @return the position of the last item of the layer
	 */
	public Optional<Position> newest() {
		return Optional.of(this)
			.filter((mark) -> mark.generation >= 0 && mark.length > 0)
			.map((mark) -> new Position(mark.generation, mark.length - 1));
	}

	/**
	 * Whether a cursor has expired.
	 * @param cursor the newest position that the reader knows
	 * @return whether items after it are not kept
	 */
	public boolean expires(Position cursor) {
		return expires(cursor.generation(), cursor.index() + 1L);
	}

	/**
	 * Whether a cut between two items has expired.
	 * @param generation the generation of the item after the cut
	 * @param index the index of the item after the cut
	 * @return whether items after the cut are not kept
	 */
	public boolean expires(long generation, long index) {
		return generation < this.generation || (generation == this.generation && index < this.length);
	}

}
