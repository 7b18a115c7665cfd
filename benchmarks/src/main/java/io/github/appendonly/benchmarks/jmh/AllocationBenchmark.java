package io.github.appendonly.benchmarks.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.AppendStack;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.database.DatabaseServer;
import io.github.appendonly.benchmarks.database.EmbeddedPostgresServer;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Handles and pushes, with the JDBC driver but without the server. {@code -prof gc} adds
 * the bytes that each of them allocates.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AllocationBenchmark {

	private static final int ACCOUNTS = 100_000;

	private static final int POOL = 10;

	private static final int CALLERS = 8;

	private final Order order = Order.of(1);

	private final SplittableRandom random = new SplittableRandom(1);

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private DatabaseServer server;

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private Application application;

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private AppendOnlyStructures structures;

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private AppendStack<Order> stack;

	@SuppressWarnings("NullAway.Init") // set up by JMH
	private TransactionTemplate transaction;

	/**
	 * Starts an application on a server of its own.
	 */
	@Setup
	public void start() {
		this.server = new EmbeddedPostgresServer();
		this.application = Application.start(this.server.access(), POOL);
		this.structures = this.application.bean(AppendOnlyStructures.class);
		this.stack = this.application.feed(Application.ORDERS).stack();
		this.transaction = this.application.transaction();
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
	 * Makes a handle on one of many stacks.
	 * @return the handle
	 */
	@Benchmark
	@Threads(1)
	public AppendStack<Order> handle() {
		return this.structures.stack("account-" + this.random.nextInt(ACCOUNTS), Order.class);
	}

	/**
	 * Pushes outside transactions. The caller commits its own push.
	 */
	@Benchmark
	@Threads(1)
	public void push() {
		this.stack.push(this.order);
	}

	/**
	 * Pushes outside transactions. Callers share commits.
	 */
	@Benchmark
	@Threads(CALLERS)
	public void pushTogether() {
		this.stack.push(this.order);
	}

	/**
	 * Pushes in a transaction that does nothing else. Placing is included.
	 */
	@Benchmark
	@Threads(1)
	public void pushInTransaction() {
		this.transaction.executeWithoutResult((status) -> this.stack.push(this.order));
	}

}
