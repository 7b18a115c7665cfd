package io.github.appendonly.benchmarks.measure;

import java.util.Map;

/**
 * What a contender did in a scenario.
 *
 * @param scenario the name of the scenario
 * @param variant which form of it; empty if there is only one
 * @param database the kind of the database
 * @param contender the name of the contender
 * @param threads how many callers
 * @param itemsPerSecond the median over the rounds
 * @param lowerQuartile the lower quartile of the rounds
 * @param upperQuartile the upper quartile of the rounds
 * @param ratioToBaseline how much faster than the baseline
 * @param ratios how much faster than each of the baselines, if there are more
 * @param p50Millis the median of the latencies of all operations
 * @param p99Millis their 99th percentile
 * @param retriesPerItem how often a caller had to try again
 * @param lost how many items are missing, wrong or out of place
 */
public record Result(String scenario, String variant, String database, String contender, int threads,
		double itemsPerSecond, double lowerQuartile, double upperQuartile, double ratioToBaseline,
		Map<String, Double> ratios, double p50Millis, double p99Millis, double retriesPerItem, long lost) {

	private static final double P50 = 50;

	private static final double P99 = 99;

	static Result of(Heading heading, String database, Series series, double ratio, Map<String, Double> ratios) {
		return new Result(heading.scenario(), heading.variant(), database, series.contender(), heading.threads(),
				series.rate(Quantiles.MEDIAN), series.rate(Quantiles.LOWER), series.rate(Quantiles.UPPER), ratio,
				ratios, series.latencyMillis(P50), series.latencyMillis(P99), series.retriesPerItem(), series.lost());
	}

}
