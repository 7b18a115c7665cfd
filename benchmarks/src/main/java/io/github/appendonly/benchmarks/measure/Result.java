package io.github.appendonly.benchmarks.measure;

import java.util.Map;
import java.util.Optional;

/**
 * The result of a contender in a scenario.
 *
 * @param scenario the name of the scenario
 * @param variant its variant; empty if there is only one
 * @param database the kind of database
 * @param contender the name of the contender
 * @param threads the number of callers
 * @param itemsPerSecond the median of the rounds
 * @param lowerQuartile the lower quartile of the rounds
 * @param upperQuartile the upper quartile of the rounds
 * @param ratioToBaseline the ratio to the baseline
 * @param ratios the ratios to all baselines, if there are several
 * @param p50Millis the median of the latencies of all operations
 * @param p99Millis their 99th percentile
 * @param retriesPerItem the number of retries per item
 * @param lost the number of items that are missing, wrong or out of order
 * @param placed how items were placed in the background, if they were
 */
public record Result(String scenario, String variant, String database, String contender, int threads,
		double itemsPerSecond, double lowerQuartile, double upperQuartile, double ratioToBaseline,
		Map<String, Double> ratios, double p50Millis, double p99Millis, double retriesPerItem, long lost,
		Optional<Placed> placed) {

	static final double P50 = 50;

	static final double P99 = 99;

	/**
	 * How items were placed in the background.
	 *
	 * @param p50Millis the median of the times from each commit until its items were
	 * placed
	 * @param p99Millis their 99th percentile
	 * @param waiting the most transactions that waited at the end of a round
	 */
	public record Placed(double p50Millis, double p99Millis, long waiting) {
	}

	static Result of(Heading heading, String database, Series series, double ratio, Map<String, Double> ratios) {
		return new Result(heading.scenario(), heading.variant(), database, series.contender(), heading.threads(),
				series.rate(Quantiles.MEDIAN), series.rate(Quantiles.LOWER), series.rate(Quantiles.UPPER), ratio,
				ratios, series.latencyMillis(P50), series.latencyMillis(P99), series.retriesPerItem(), series.lost(),
				series.placed());
	}

}
