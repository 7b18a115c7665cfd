package io.github.appendonly.benchmarks.measure;

import java.time.Duration;

/**
 * The load of a contender in a round.
 *
 * @param callers the number of callers at the same time
 * @param virtual whether callers are virtual threads, if the runtime has them
 * @param time the duration
 * @param firstWorker the number of the first caller; each number is used once in a run
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
