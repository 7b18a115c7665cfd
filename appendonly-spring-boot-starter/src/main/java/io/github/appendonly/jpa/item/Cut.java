package io.github.appendonly.jpa.item;

import io.github.appendonly.Position;

/**
 * A cut between two consecutive positions.
 *
 * @param generation the generation of the position after the cut
 * @param index the index of the position after the cut
 */
public record Cut(long generation, int index) implements Comparable<Cut> {

	/** Leaves room for arithmetic on generations. No stack gets there. */
	private static final long LAST_GENERATION = Long.MAX_VALUE / 2;

	/** The cut before all items. */
	public static final Cut OLDEST = new Cut(0, 0);

	/** The cut after all items. */
	public static final Cut NEWEST = new Cut(LAST_GENERATION, 0);

	/**
	 * Limits the generation.
	 */
	public Cut {
		generation = Math.min(generation, LAST_GENERATION);
	}

	/**
	 * Returns the cut before an item.
	 */
	public static Cut before(Position position) {
		return new Cut(position.generation(), position.index());
	}

	/**
	 * Returns the cut after an item. After {@link Position#START}, this is the cut before
	 * all items.
	 */
	public static Cut after(Position position) {
		return (position.index() < Integer.MAX_VALUE) ? new Cut(position.generation(), position.index() + 1)
				: new Cut(Math.min(position.generation(), LAST_GENERATION) + 1, 0);
	}

	/**
	 * Returns the cut before the first item of a slice.
	 */
	public static Cut before(StoredSlice slice) {
		return new Cut(slice.generation(), slice.firstIndex());
	}

	/**
	 * Returns the cut after the last item of a slice.
	 */
	public static Cut after(StoredSlice slice) {
		return new Cut(slice.generation(), slice.end());
	}

	@Override
	public int compareTo(Cut other) {
		int generations = Long.compare(this.generation, other.generation);
		return (generations != 0) ? generations : Integer.compare(this.index, other.index);
	}

	/**
	 * Returns the number of items in a slice that are before this cut.
	 */
	public int offsetIn(StoredSlice slice) {
		if (slice.generation() != this.generation) {
			return (slice.generation() < this.generation) ? slice.length() : 0;
		}
		return Math.max(0, Math.min(slice.length(), this.index - slice.firstIndex()));
	}

}
