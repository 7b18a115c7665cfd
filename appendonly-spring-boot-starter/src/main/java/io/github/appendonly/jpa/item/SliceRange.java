package io.github.appendonly.jpa.item;

/**
 * Consecutive items of a slice that are to be read.
 *
 * @param slice the slice
 * @param from the number of items of the slice before the range
 * @param to the number of items of the slice before the end of the range
 */
public record SliceRange(StoredSlice slice, int from, int to) {

	public SliceRange(Slice slice, int from, int to) {
		this(StoredSlice.of(slice.generation(), slice.firstIndex(), slice.items()), from, to);
	}

	public static SliceRange all(StoredSlice slice) {
		return new SliceRange(slice, 0, slice.length());
	}

	public static SliceRange all(Slice slice) {
		return new SliceRange(slice, 0, slice.items().length());
	}

	public int length() {
		return this.to - this.from;
	}

}
