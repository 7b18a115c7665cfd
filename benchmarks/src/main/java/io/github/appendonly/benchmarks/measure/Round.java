package io.github.appendonly.benchmarks.measure;

import java.util.List;
import java.util.Optional;

import org.HdrHistogram.Histogram;

/**
 * The result of a round.
 *
 * @param kind the kind of its calls; empty if all callers did the same
 * @param items the number of items
 * @param seconds the duration
 * @param latencies the latency of each operation, in nanoseconds
 * @param retries the number of retries of its callers
 * @param lost the number of items that are missing, wrong or out of order
 * @param faults descriptions of faults
 * @param placement how items were placed in the background, if they were
 */
public record Round(String kind, long items, double seconds, Histogram latencies, long retries, long lost,
		List<String> faults, Optional<Placement> placement) {

	/**
	 * Copies the faults.
	 */
	public Round {
		faults = List.copyOf(faults);
	}

	/**
	 * The throughput.
	 * @return items per second
	 */
	public double rate() {
		return this.items / this.seconds;
	}

}
