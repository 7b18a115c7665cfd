package io.github.appendonly.benchmarks.measure;

import java.time.Duration;

/**
 * What is asked of a contender in a round.
 *
 * @param callers how many call at the same time
 * @param virtual whether callers are virtual threads, where the runtime has them
 * @param time for how long
 * @param firstWorker the number of the first caller; that of each is used once in a run
 */
public record Load(int callers, boolean virtual, Duration time, int firstWorker) {

	/**
	 * The same load with other numbers of callers.
	 * @param first the number of the first caller
	 * @return the load
	 */
	public Load from(int first) {
		return new Load(this.callers, this.virtual, this.time, first);
	}

}
