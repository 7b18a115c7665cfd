package io.github.appendonly.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.appendonly.StackBounds;
import io.github.appendonly.state.AppendStackState;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Merging two states of one stack, each with its own pushes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResolveBenchmark {

	/** The number of items pushed on each side. */
	@Param({ "1", "100" })
	public int items;

	private AppendStackState<Integer> original = AppendStackState.empty(StackBounds.DEFAULT);

	private AppendStackState<Integer> committed = this.original;

	private AppendStackState<Integer> attempted = this.original;

	/**
	 * Fills the stack, and pushes on both sides.
	 */
	@Setup
	public void push() {
		this.original = pushed(AppendStackState.empty(StackBounds.DEFAULT), 950);
		this.committed = pushed(this.original, this.items);
		this.attempted = pushed(this.original, this.items);
	}

	private static AppendStackState<Integer> pushed(AppendStackState<Integer> state, int count) {
		return state.pushAll(IntStream.range(0, count).boxed().toList()).state();
	}

	/**
	 * Merges the sides.
	 * @return the merged state and the layers that it prunes
	 */
	@Benchmark
	public AppendStackState.Outcome<Integer> resolve() {
		return AppendStackState.resolve(this.original, this.committed, this.attempted);
	}

}
