package io.github.appendonly.benchmarks.measure;

/**
 * What a caller does again and again.
 */
@FunctionalInterface
public interface Operation {

	/**
	 * Does it once. It returns when it is done for good.
	 * @param worker makes items, and takes note of what happens
	 * @return how many items that were
	 */
	int run(Worker worker);

}
