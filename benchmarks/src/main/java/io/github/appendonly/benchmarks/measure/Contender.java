package io.github.appendonly.benchmarks.measure;

/**
 * One way to do what a scenario asks for.
 */
public interface Contender {

	/**
	 * What it is called in the results.
	 * @return the name
	 */
	String name();

	/**
	 * Prepares its data, once before the first round.
	 */
	default void prepare() {
	}

	/**
	 * Plays a round and verifies what became of it.
	 * @param load what is asked for
	 * @return the round
	 */
	Round play(Load load);

}
