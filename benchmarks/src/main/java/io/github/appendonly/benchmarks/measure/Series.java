package io.github.appendonly.benchmarks.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.HdrHistogram.Histogram;

/**
 * The rounds of one contender.
 */
public final class Series {

	private static final double NANOS_PER_MILLI = 1e6;

	private static final int PRECISION = 3;

	private final String contender;

	private final List<Round> rounds = new ArrayList<>();

	/**
	 * Creates a series without rounds.
	 * @param contender the name of the contender
	 */
	public Series(String contender) {
		this.contender = contender;
	}

	/**
	 * The name of the contender.
	 * @return the name
	 */
	public String contender() {
		return this.contender;
	}

	/**
	 * Adds a round.
	 * @param round the round
	 */
	public void add(Round round) {
		this.rounds.add(round);
	}

	/**
	 * A quantile of the rates of the rounds.
	 * @param quantile from 0 to 1
	 * @return items per second
	 */
	public double rate(double quantile) {
		return Quantiles.of(this.rounds.stream().map(Round::rate).toList(), quantile);
	}

	/**
	 * The ratio to another series: the median of the ratios of rounds that were played
	 * one after the other.
	 * @param other the other series
	 * @return the ratio
	 */
	public double ratioTo(Series other) {
		List<Double> ratios = IntStream.range(0, this.rounds.size())
			.mapToObj((i) -> this.rounds.get(i).rate() / other.rounds.get(i).rate())
			.toList();
		return Quantiles.of(ratios, Quantiles.MEDIAN);
	}

	/**
	 * The ratio to another series, if rounds were not played in turns.
	 * @param other the other series
	 * @return the ratio of the medians
	 */
	public double ratioOfMediansTo(Series other) {
		return rate(Quantiles.MEDIAN) / other.rate(Quantiles.MEDIAN);
	}

	/**
	 * The ratio of the last round to the first.
	 * @return the ratio
	 */
	public double lastToFirst() {
		return this.rounds.get(this.rounds.size() - 1).rate() / this.rounds.get(0).rate();
	}

	/**
	 * A percentile of the latencies of all operations.
	 * @param percentile from 0 to 100
	 * @return milliseconds
	 */
	public double latencyMillis(double percentile) {
		return millis(this.rounds.stream().map(Round::latencies), percentile);
	}

	/**
	 * How items were placed in the background.
	 * @return the delays of all rounds, and the most that waited after one of them
	 */
	public Optional<Result.Placed> placed() {
		List<Placement> placements = this.rounds.stream().flatMap((round) -> round.placement().stream()).toList();
		return placements.stream()
			.max(Comparator.comparingLong(Placement::waiting))
			.map((most) -> new Result.Placed(millis(placements.stream().map(Placement::delays), Result.P50),
					millis(placements.stream().map(Placement::delays), Result.P99), most.waiting()));
	}

	private static double millis(Stream<Histogram> histograms, double percentile) {
		Histogram all = new Histogram(PRECISION);
		histograms.forEach(all::add);
		return all.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
	}

	/**
	 * The number of retries of callers.
	 * @return retries per item
	 */
	public double retriesPerItem() {
		long items = this.rounds.stream().mapToLong(Round::items).sum();
		return (double) this.rounds.stream().mapToLong(Round::retries).sum() / items;
	}

	/**
	 * The number of items that are missing, wrong or out of order.
	 * @return the number of items
	 */
	public long lost() {
		return this.rounds.stream().mapToLong(Round::lost).sum();
	}

}
