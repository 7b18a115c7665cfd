package io.github.appendonly.benchmarks.measure;

import java.util.List;

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
	 * Whether it is known to lose items, because it works as many applications do. Then
	 * its losses are reported, and do not end the run.
	 * @return whether it is
	 */
	default boolean losesItems() {
		return false;
	}

	/**
	 * Prepares its data. This is called once, before the first round.
	 */
	default void prepare() {
	}

	/**
	 * Plays a round and verifies the result.
	 * @param load the load of the round
	 * @return the round of each kind of calls
	 */
	List<Round> play(Load load);

}
