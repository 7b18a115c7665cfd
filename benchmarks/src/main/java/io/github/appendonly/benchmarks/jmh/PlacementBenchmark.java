package io.github.appendonly.benchmarks.jmh;

import java.util.concurrent.TimeUnit;

import io.github.appendonly.StackBounds;
import io.github.appendonly.state.Placement;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Placing a batch of items into layers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlacementBenchmark {

	/** The number of items in the batch. */
	@Param({ "1", "100", "10000" })
	public int items;

	private final Placement.Extent extent = new Placement.Extent(10, 1_000, 42);

	/**
	 * Places the batch.
	 * @return the placement
	 */
	@Benchmark
	public Placement place() {
		return Placement.of(StackBounds.DEFAULT, this.extent, this.items);
	}

}
