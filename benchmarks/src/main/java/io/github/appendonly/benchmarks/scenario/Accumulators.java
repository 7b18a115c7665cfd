package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.Accumulator;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;
import io.github.appendonly.benchmarks.measure.Parallel;
import io.github.appendonly.jpa.AppendOnlyStructures;

/**
 * Appends items to a queue, and consumes them.
 */
final class Accumulators implements Scenario {

	private static final List<Integer> CONSUMERS = List.of(1, 8);

	private static final String JDBC = "jdbc";

	private static final String ACCUMULATOR = "Accumulator";

	@Override
	public String name() {
		return "accumulator";
	}

	@Override
	public String description() {
		return "a queue: appends outside and in transactions; 1 and 8 consumers that take 1,000 items at a time";
	}

	@Override
	public void run(Bench bench) {
		Application application = bench.application();
		application.empty();
		Accumulator<Order> accumulator = application.bean(AppendOnlyStructures.class).accumulator(name(), Order.class);
		JdbcItems rows = application.bean(JdbcItems.class);
		RowCheck rowCheck = new RowCheck(application.jdbc(), JdbcItems.TABLE);
		QueueCheck queueCheck = new QueueCheck(accumulator);
		BusinessTransactions transactions = new BusinessTransactions(application);
		match(bench, "append", bench.options().threads(), appending(JDBC, rows::insert, rowCheck),
				appending(ACCUMULATOR, accumulator::append, queueCheck));
		match(bench, "in transaction", bench.options().threads(),
				inTransaction(transactions, JDBC, rows::insert, rowCheck),
				inTransaction(transactions, ACCUMULATOR, accumulator::append, queueCheck));
		application.empty();
		match(bench, "consume", CONSUMERS,
				new Consumption(JDBC,
						(orders) -> application.transaction().executeWithoutResult((status) -> rows.insertAll(orders)),
						rows::take),
				new Consumption(ACCUMULATOR, (orders) -> Parallel.forEach(orders, accumulator::append),
						accumulator::consume));
	}

	private void match(Bench bench, String variant, List<Integer> callers, Contender... contenders) {
		for (int threads : callers) {
			bench.match(new Heading(name(), variant, threads), List.of(contenders), JDBC);
		}
	}

	private static Contender appending(String name, Consumer<Order> append, Check check) {
		return new LocalContender(name, (worker) -> {
			append.accept(worker.next());
			return 1;
		}, check);
	}

	private static Contender inTransaction(BusinessTransactions transactions, String name, Consumer<Order> append,
			Check check) {
		return new LocalContender(name, transactions.each(0, (worker, order) -> append.accept(order)),
				check.and(transactions.check()));
	}

}
