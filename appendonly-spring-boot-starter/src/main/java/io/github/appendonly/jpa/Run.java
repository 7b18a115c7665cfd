package io.github.appendonly.jpa;

/**
 * Consecutive positions of a slice that are wanted.
 *
 * @param slice the slice
 * @param from how many of its items come before
 * @param to how many of its items come before the end
 */
record Run(Slice slice, int from, int to) {

	static Run all(Slice slice) {
		return new Run(slice, 0, slice.items().length());
	}

	int length() {
		return this.to - this.from;
	}

}
