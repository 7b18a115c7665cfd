package io.github.appendonly.jpa.item;

import io.github.appendonly.Position;

/**
 * A place between two items.
 *
 * @param generation the generation of the item behind it
 * @param index the index of the item behind it
 */
public record Cut(long generation, int index) {

	/** Leaves room for arithmetic on generations. No stack gets there. */
	private static final long LAST_GENERATION = Long.MAX_VALUE / 2;

	/** Before all items. */
	public static final Cut OLDEST = new Cut(0, 0);

	/** Behind all items. */
	public static final Cut NEWEST = new Cut(LAST_GENERATION, 0);

	/**
	 * Limits the generation.
	 */
	public Cut {
		generation = Math.min(generation, LAST_GENERATION);
	}

	/**
	 * The place before an item.
	 */
	public static Cut before(Position position) {
		return new Cut(position.generation(), position.index());
	}

	/**
	 * The place behind an item.
	 */
	public static Cut after(Position position) {
		return (position.index() < Integer.MAX_VALUE) ? new Cut(position.generation(), position.index() + 1)
				: new Cut(Math.min(position.generation(), LAST_GENERATION) + 1, 0);
	}

	/**
	 * The place before the first item of a slice.
	 */
	public static Cut before(Slice slice) {
		return new Cut(slice.generation(), slice.firstIndex());
	}

	/**
	 * The place behind the last item of a slice.
	 */
	public static Cut after(Slice slice) {
		return new Cut(slice.generation(), slice.end());
	}

	/**
	 * How many items of a slice lie before this place.
	 */
	public int offsetIn(Slice slice) {
		if (slice.generation() != this.generation) {
			return (slice.generation() < this.generation) ? slice.items().length() : 0;
		}
		return Math.max(0, Math.min(slice.items().length(), this.index - slice.firstIndex()));
	}

}
