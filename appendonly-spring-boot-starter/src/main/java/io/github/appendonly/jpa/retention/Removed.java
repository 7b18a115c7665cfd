package io.github.appendonly.jpa.retention;

/**
 * What a run of the retention has removed.
 *
 * @param stacks the number of stacks from which, or from whose archives, something was
 * removed
 * @param layers the number of layers that were removed from stacks
 * @param archivedLayers the number of layers that were removed from archives
 * @param items the number of items in these layers
 * @param moved the number of layers that were moved to archives, because their stacks
 * were too large
 * @param failed the number of stacks whose limits could not be applied; the next run
 * tries again
 */
public record Removed(int stacks, int layers, int archivedLayers, long items, int moved, int failed) {

	static final Removed NOTHING = new Removed(0, 0, 0, 0, 0, 0);

	/**
	 * Returns whether anything was removed or moved.
	 * @return whether a number other than {@code failed} is above 0
	 */
	public boolean isAnything() {
		return this.layers > 0 || this.archivedLayers > 0 || this.moved > 0;
	}

	/**
	 * Adds what another portion of the same stack has removed.
	 */
	Removed andOfSameStack(Removed other) {
		Removed sum = and(other);
		return new Removed(Math.max(this.stacks, other.stacks), sum.layers, sum.archivedLayers, sum.items, sum.moved,
				sum.failed);
	}

	Removed withFailure() {
		return and(new Removed(0, 0, 0, 0, 0, 1));
	}

	Removed and(Removed other) {
		return new Removed(this.stacks + other.stacks, this.layers + other.layers,
				this.archivedLayers + other.archivedLayers, this.items + other.items, this.moved + other.moved,
				this.failed + other.failed);
	}

}
