package io.github.appendonly.benchmarks.jmh;

import java.util.concurrent.TimeUnit;

import io.github.appendonly.commit.GroupCommit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Handing items to the leader of a batch, and the results back. Committing itself takes
 * no time here.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GroupCommitBenchmark {

	private static final int MAX_BATCH = 1_000;

	private final GroupCommit<Integer, Integer> group = new GroupCommit<>((batch) -> batch, Runnable::run, MAX_BATCH);

	/**
	 * A single caller, which is always the leader.
	 * @return the result
	 */
	@Benchmark
	@Threads(1)
	public Integer oneCaller() {
		return this.group.commit(1);
	}

	/**
	 * Eight callers.
	 * @return the result
	 */
	@Benchmark
	@Threads(8)
	public Integer eightCallers() {
		return this.group.commit(1);
	}

	/**
	 * A hundred and twenty-eight callers.
	 * @return the result
	 */
	@Benchmark
	@Threads(128)
	public Integer manyCallers() {
		return this.group.commit(1);
	}

}
