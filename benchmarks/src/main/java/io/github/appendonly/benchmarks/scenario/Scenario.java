package io.github.appendonly.benchmarks.scenario;

/**
 * A situation in which contenders are compared.
 */
public interface Scenario {

	/**
	 * What it is called on the command line and in the results.
	 * @return the name
	 */
	String name();

	/**
	 * What it is about.
	 * @return one line
	 */
	String description();

	/**
	 * Plays it in all its variants.
	 * @param bench what it works with
	 */
	void run(Bench bench);

}
