package io.github.appendonly.benchmarks.measure;

import java.util.List;

import org.HdrHistogram.Histogram;

/**
 * What came of a round.
 *
 * @param items how many items there were
 * @param seconds how long it took
 * @param latencies of each operation, in nanoseconds
 * @param retries how often a caller had to try again
 * @param lost how many items are missing, wrong or out of place
 * @param faults what is wrong, in words
 */
public record Round(long items, double seconds, Histogram latencies, long retries, long lost, List<String> faults) {

	/**
	 * Copies the faults.
	 */
	public Round {
		faults = List.copyOf(faults);
	}

	/**
	 * How fast it was.
	 * @return items per second
	 */
	public double rate() {
		return this.items / this.seconds;
	}

}
