package io.github.appendonly.benchmarks.measure;

/**
 * One way to do the work of a scenario.
 */
public interface Contender {

	/**
	 * Its name in the results.
	 * @return the name
	 */
	String name();

	/**
	 * Prepares its data. This is called once, before the first round.
	 */
	default void prepare() {
	}

	/**
	 * Plays a round and verifies the result.
	 * @param load the load of the round
	 * @return the round
	 */
	Round play(Load load);

}
