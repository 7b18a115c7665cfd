package io.github.appendonly.jpa.item;

/**
 * Consecutive positions of a slice that are wanted.
 *
 * @param slice the slice
 * @param from how many of its items come before
 * @param to how many of its items come before the end
 */
public record SliceRange(Slice slice, int from, int to) {

	public static SliceRange all(Slice slice) {
		return new SliceRange(slice, 0, slice.items().length());
	}

	public int length() {
		return this.to - this.from;
	}

}
