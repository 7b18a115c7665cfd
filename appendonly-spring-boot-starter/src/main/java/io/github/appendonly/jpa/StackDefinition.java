package io.github.appendonly.jpa;

/**
 * What a handle knows of its stack.
 *
 * @param <T> the type of the items
 * @param name the name of the stack
 * @param settings what was said of its bounds and its pruned layers
 * @param items writes and reads its items
 */
record StackDefinition<T>(String name, StackSettings<T> settings, TypedItems<T> items) {

	StackTerms terms() {
		return StackTerms.of(this.settings);
	}

}
