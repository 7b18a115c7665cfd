package io.github.appendonly.benchmarks.measure;

/**
 * The operation that a caller repeats.
 */
@FunctionalInterface
public interface Operation {

	/**
	 * Runs once. Returns when the result is durable.
	 * @param worker creates items, and records what happens
	 * @return the number of items; after 0, nothing is left to do and the caller stops
	 */
	int run(Worker worker);

}
