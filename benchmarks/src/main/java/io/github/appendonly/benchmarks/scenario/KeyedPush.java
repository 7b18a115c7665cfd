package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;
import io.github.appendonly.benchmarks.measure.Operation;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Pushes with a key onto one hot stack, which prunes all the time, against a row and its
 * key in tables of one's own, and against pushes without a key.
 */
final class KeyedPush implements Scenario {

	private static final String KEYS = "bench_item_key";

	private static final String ROW_WITH_KEY = "row-with-key";

	private static final String KEYED = "AppendStack.keyed";

	/** From here on, each key that is taken ends an older one. */
	private static final int STEADY = 1_500;

	/** The number of keys that are repeated, all of which are remembered. */
	private static final int REPEATED = 500;

	@Override
	public String name() {
		return "keyed-push";
	}

	@Override
	public String description() {
		return "one hot feed: pushes with a key, new and repeated, outside and in transactions";
	}

	@Override
	public void run(Bench bench) {
		Application application = bench.application();
		application.jdbc()
			.sql("create table if not exists " + KEYS + " (item_key varchar(200) not null primary key)")
			.update();
		for (int threads : bench.options().threads()) {
			application.empty();
			Pushers pushers = new Pushers(application);
			bench.match(new Heading(name(), "", threads),
					List.of(row(application), keyed(application), pushers.stack()), ROW_WITH_KEY);
			application.empty();
			bench.match(
					new Heading(name(), "in transaction", threads), List.of(rowInTransaction(application),
							keyedInTransaction(application), new Pushers(application).stackInTransaction(0)),
					ROW_WITH_KEY);
			application.empty();
			bench.match(new Heading(name(), "repeated", threads),
					List.of(repeated(ROW_WITH_KEY, rows(application)), repeated(KEYED, pushing(application))),
					ROW_WITH_KEY);
		}
	}

	private static Contender row(Application application) {
		Consumer<Order> rows = rows(application);
		return new LocalContender(ROW_WITH_KEY, each(rows), new RowCheck(application.jdbc(), JdbcItems.TABLE));
	}

	private static Contender keyed(Application application) {
		Consumer<Order> pushing = pushing(application);
		StackCheck check = new StackCheck(application.feed(Application.ORDERS));
		return new LocalContender(KEYED, () -> fill(pushing, check), each(pushing), check);
	}

	private static Operation each(Consumer<Order> adding) {
		return (worker) -> {
			adding.accept(worker.next());
			return 1;
		};
	}

	private static void fill(Consumer<Order> adding, StackCheck check) {
		IntStream.range(0, STEADY).mapToObj(Order::of).forEach(adding);
		check.skip();
	}

	private static Contender rowInTransaction(Application application) {
		BusinessTransactions transactions = new BusinessTransactions(application);
		Consumer<Order> rows = rowsInTransaction(application);
		return new LocalContender(ROW_WITH_KEY, transactions.each(0, (worker, order) -> rows.accept(order)),
				new RowCheck(application.jdbc(), JdbcItems.TABLE).and(transactions.check()));
	}

	private static Contender keyedInTransaction(Application application) {
		BusinessTransactions transactions = new BusinessTransactions(application);
		Consumer<Order> pushing = pushing(application);
		StackCheck check = new StackCheck(application.feed(Application.ORDERS));
		return new LocalContender(KEYED, () -> fill(pushing, check),
				transactions.each(0, (worker, order) -> pushing.accept(order)), check.and(transactions.check()));
	}

	private static Contender repeated(String name, Consumer<Order> adding) {
		return new LocalContender(name, () -> IntStream.range(0, REPEATED).mapToObj(Order::of).forEach(adding),
				(worker) -> {
					adding.accept(Order.of(worker.random(REPEATED)));
					return 1;
				}, Check.NOTHING_STORED);
	}

	private static Consumer<Order> pushing(Application application) {
		Feed feed = application.feed(Application.ORDERS);
		return (order) -> feed.stack().push(order, key(order));
	}

	/**
	 * What an application would write: a row of the key, and the item only if that is
	 * new.
	 */
	private static Consumer<Order> rows(Application application) {
		TransactionTemplate transaction = application.transaction();
		Consumer<Order> rows = rowsInTransaction(application);
		return (order) -> transaction.executeWithoutResult((status) -> rows.accept(order));
	}

	private static Consumer<Order> rowsInTransaction(Application application) {
		JdbcClient jdbc = application.jdbc();
		JdbcItems items = application.bean(JdbcItems.class);
		String insert = switch (application.dialect()) {
			case POSTGRESQL -> "insert into " + KEYS + " (item_key) values (?) on conflict do nothing";
			case H2 -> "merge into " + KEYS + " k using (values (?)) n (item_key) on k.item_key = n.item_key"
					+ " when not matched then insert (item_key) values (n.item_key)";
		};
		return (order) -> {
			if (jdbc.sql(insert).param(key(order)).update() == 1) {
				items.insert(order);
			}
		};
	}

	private static String key(Order order) {
		return "order-" + order.number();
	}

}
