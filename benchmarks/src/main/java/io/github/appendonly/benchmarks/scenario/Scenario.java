package io.github.appendonly.benchmarks.scenario;

/**
 * A situation in which contenders are compared.
 */
public interface Scenario {

	/**
	 * Its name on the command line and in the results.
	 * @return the name
	 */
	String name();

	/**
	 * Its description.
	 * @return one line
	 */
	String description();

	/**
	 * Plays all its variants.
	 * @param bench the equipment
	 */
	void run(Bench bench);

}
