package io.github.appendonly.benchmarks.measure;

import org.HdrHistogram.Histogram;

/**
 * How the items of a round were placed in the background.
 *
 * @param delays the time from each commit until its items were placed, in nanoseconds
 * @param waiting the number of transactions whose items were not placed yet when the last
 * call had ended
 */
public record Placement(Histogram delays, long waiting) {
}
