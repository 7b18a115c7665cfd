package io.github.appendonly.jpa;

import io.github.appendonly.StackBounds;

/**
 * What a handle knows of its stack.
 *
 * @param <T> the type of the items
 * @param name the name of the stack
 * @param settings what was said of its bounds and its pruned layers
 * @param items writes and reads its items
 */
record StackDefinition<T>(String name, StackSettings<T> settings, TypedItems<T> items) {

	StackBounds boundsOf(StackHead head) {
		return this.settings.bounds().orElseGet(head::bounds);
	}

	boolean archives(StackHead head) {
		return this.settings.archived().orElse(head.archived());
	}

	/**
	 * Whether layers are to be handed to a pruner. A handle that says something about
	 * pruned layers knows; any other leaves it as it is.
	 */
	boolean hasPruner(StackHead head) {
		boolean knows = this.settings.pruner().isPresent() || this.settings.archived().isPresent();
		return knows ? this.settings.pruner().isPresent() : head.hasPruner();
	}

	/**
	 * Whether anything was said of the stack.
	 */
	boolean says() {
		return !this.settings.equals(StackSettings.unchanged());
	}

	StackBounds initialBounds() {
		return this.settings.bounds().orElse(StackBounds.DEFAULT);
	}

}
