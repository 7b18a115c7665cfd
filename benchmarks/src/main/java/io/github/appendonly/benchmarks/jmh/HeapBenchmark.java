package io.github.appendonly.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.database.DatabaseServer;
import io.github.appendonly.benchmarks.database.EmbeddedPostgresServer;
import io.github.appendonly.benchmarks.measure.Parallel;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The heap that is still in use after many stacks were touched: each got an item, and was
 * read. The handles are not kept.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class HeapBenchmark {

	private static final int POOL = 10;

	private static final int FIRST = 1_000;

	/** The number of stacks. */
	@Param("100000")
	public int stacks;

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private DatabaseServer server;

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private Application application;

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private AppendOnlyStructures structures;

	/**
	 * Starts an application on a server of its own, and touches the first stacks.
	 */
	@Setup
	public void start() {
		this.server = new EmbeddedPostgresServer();
		this.application = Application.start(this.server.access(), POOL);
		this.structures = this.application.bean(AppendOnlyStructures.class);
		Parallel.forEach(IntStream.range(0, FIRST), this::touch);
	}

	/**
	 * Stops the application.
	 */
	@TearDown
	public void stop() {
		this.application.close();
		this.server.close();
	}

	/**
	 * Touches the stacks.
	 * @param heap receives the difference
	 */
	@Benchmark
	public void touch(Heap heap) {
		long before = used();
		Parallel.forEach(IntStream.range(FIRST, FIRST + this.stacks), this::touch);
		heap.bytes = used() - before;
	}

	private void touch(int number) {
		AppendStack<Order> stack = this.structures.stack("account-" + number, Order.class);
		stack.push(Order.of(number));
		stack.newest(1);
	}

	private static long used() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	/**
	 * The heap that the stacks need, all together.
	 */
	@State(Scope.Thread)
	@AuxCounters(AuxCounters.Type.EVENTS)
	public static class Heap {

		/** The bytes. */
		public long bytes;

	}

}
