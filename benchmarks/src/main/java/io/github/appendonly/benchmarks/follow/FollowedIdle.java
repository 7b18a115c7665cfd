package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Dialect;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Parallel;
import io.github.appendonly.benchmarks.measure.Round;
import io.github.appendonly.benchmarks.measure.Series;
import io.github.appendonly.benchmarks.scenario.Bench;
import io.github.appendonly.benchmarks.scenario.LostItemsException;
import io.github.appendonly.benchmarks.scenario.Scenario;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.HdrHistogram.Histogram;

/**
 * How many statements the server gets while a node follows many stacks that nobody pushes
 * onto. Items per second are transactions per second: each statement is one.
 */
final class FollowedIdle implements Scenario {

	private static final int STACKS = 1_000;

	/**
	 * Until then, the server has counted all before: an idle session tells after 10 s.
	 */
	private static final Duration SETTLING = Duration.ofSeconds(12);

	/** How many rounds are one measurement: little happens in one. */
	private static final int ROUNDS = 5;

	/** The statement that counts is counted as well. */
	private static final int OWN = 1;

	private static final int WORKER = 0;

	/** An item that is there before anybody follows. */
	private static final long FILLED = -1;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int PRECISION = 3;

	@Override
	public String name() {
		return "followed-idle";
	}

	@Override
	public String description() {
		return "statements per second at the server while a node follows 1,000 stacks, on PostgreSQL only";
	}

	@Override
	public void run(Bench bench) {
		Application application = bench.application();
		if (application.dialect() != Dialect.POSTGRESQL) {
			bench.report().tell(name() + ": skipped, because this database does not count its transactions");
			return;
		}
		application.empty();
		AppendOnlyStructures structures = application.bean(AppendOnlyStructures.class);
		List<AppendStack<Order>> stacks = IntStream.range(0, STACKS)
			.mapToObj((i) -> structures.stack("idle-" + i, Order.class))
			.toList();
		Parallel.forEach(IntStream.range(0, STACKS), (i) -> stacks.get(i).push(Order.of(FILLED)));
		measure(bench, "nothing");
		Arrivals arrivals = new Arrivals();
		List<Subscription> following = stacks.stream()
			.map((stack) -> stack.follow(StartAt.newest(), (entry) -> arrivals.arrived(entry.item().number())))
			.toList();
		try {
			measure(bench, STACKS + " stacks");
			requireAwake(stacks, arrivals);
		}
		finally {
			following.forEach(Subscription::close);
		}
	}

	private void measure(Bench bench, String followed) {
		LockSupport.parkNanos(SETTLING.toNanos());
		long before = transactions(bench.application());
		long start = System.nanoTime();
		LockSupport.parkNanos(bench.options().time().multipliedBy(ROUNDS).toNanos());
		double seconds = (System.nanoTime() - start) / 1e9;
		long statements = transactions(bench.application()) - before - OWN;
		Series series = new Series(followed);
		series.add(new Round("", statements, seconds, new Histogram(PRECISION), 0, 0, List.of(), Optional.empty()));
		bench.report().add(new Heading(name(), "statements", 1), series, 1, Map.of());
	}

	private static long transactions(Application application) {
		return application.jdbc()
			.sql("select xact_commit + xact_rollback from pg_stat_database where datname = current_database()")
			.query(Long.class)
			.single();
	}

	/**
	 * After that, each follower must get what is new on its stack.
	 */
	private void requireAwake(List<AppendStack<Order>> stacks, Arrivals arrivals) {
		Ledger ledger = new Ledger();
		ledger.acknowledge(WORKER, STACKS);
		Parallel.forEach(IntStream.range(0, STACKS), (i) -> {
			stacks.get(i).push(Order.of(i));
			arrivals.committed(i);
		});
		arrivals.await(PATIENCE);
		arrivals.forEach(ledger::stored);
		if (ledger.lost() > 0) {
			throw new LostItemsException(name() + " lost=" + ledger.lost() + ": " + ledger.faults());
		}
	}

}
