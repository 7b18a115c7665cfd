package io.github.appendonly.benchmarks.measure;

import java.util.List;

/**
 * Quantiles of a few numbers.
 */
public final class Quantiles {

	/** The lower quartile. */
	public static final double LOWER = 0.25;

	/** The median. */
	public static final double MEDIAN = 0.5;

	/** The upper quartile. */
	public static final double UPPER = 0.75;

	private Quantiles() {
	}

	/**
	 * A quantile, interpolated between adjacent values.
	 * @param values the numbers, at least one
	 * @param quantile from 0 to 1
	 * @return the quantile
	 */
	public static double of(List<Double> values, double quantile) {
		List<Double> sorted = values.stream().sorted().toList();
		double place = quantile * (sorted.size() - 1);
		int below = (int) place;
		int above = Math.min(below + 1, sorted.size() - 1);
		return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
	}

}
