package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.appendonly.Entry;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.HandledItems;
import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.modulith.ModulithApplication;
import io.github.appendonly.benchmarks.scenario.Bench;
import io.github.appendonly.benchmarks.scenario.RowCheck;
import io.github.appendonly.benchmarks.scenario.Scenario;
import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.Subscribers;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Drains entries by a subscriber that inserts a row for each, in the transaction in which
 * the entry counts as handled.
 */
final class DurableSubscriber implements Scenario {

	private static final String MODULITH = "modulith";

	private static final String POLLER = "skip-locked";

	private static final String SUBSCRIBER = "subscriber";

	private static final int BATCH = SubscriberDefinition.DEFAULT_BATCH_SIZE;

	private static final int AT_ONCE = 10_000;

	/** It takes much longer than the others; the rate is what counts. */
	private static final int SMALLER = 10;

	private static final int ONE_CALLER = 1;

	private static final Duration LIMIT = Duration.ofMinutes(30);

	@Override
	public String name() {
		return "subscriber";
	}

	@Override
	public String description() {
		return "drain --entries by a subscriber that inserts a row for each";
	}

	@Override
	public void run(Bench bench) {
		Application application = bench.application();
		application.empty();
		HandledItems handled = new HandledItems(application.bean(JdbcOperations.class));
		int entries = bench.options().entries();
		Consumer<List<Order>> each = (orders) -> orders.forEach(handled::insert);
		try (ModulithApplication modulith = ModulithApplication.start(application.access(), bench.options().pool())) {
			Contender registry = new Drain(MODULITH, Math.max(1, entries / SMALLER), modulith::publish,
					modulith::deliver, handled(application));
			bench.match(new Heading(name(), "one by one", ONE_CALLER),
					List.of(registry, polling(application, entries, each),
							subscribing(application, entries, "bench-each",
									(settings) -> settings.forEachEntry((entry) -> handled.insert(entry.item())))),
					MODULITH, POLLER);
		}
		application.empty();
		bench.match(new Heading(name(), "batches", ONE_CALLER),
				List.of(polling(application, entries, handled::insertAll),
						subscribing(application, entries, "bench-batches",
								(settings) -> settings.forEachBatch(
										(batch) -> handled.insertAll(batch.stream().map(Entry::item).toList())))),
				POLLER);
	}

	/**
	 * What most applications do that need more than one node: each transaction takes some
	 * rows that no other node has taken.
	 */
	private static Contender polling(Application application, int entries, Consumer<List<Order>> handle) {
		JdbcItems items = application.bean(JdbcItems.class);
		TransactionTemplate transaction = application.transaction();
		return new Drain(POLLER, entries, (orders) -> inPortions(orders,
				(some) -> transaction.executeWithoutResult((status) -> items.insertAll(some))), () -> {
					boolean more;
					do {
						more = Boolean.TRUE.equals(transaction.execute((status) -> {
							List<Order> orders = items.take(BATCH);
							handle.accept(orders);
							return !orders.isEmpty();
						}));
					}
					while (more);
				}, handled(application));
	}

	private static Contender subscribing(Application application, int entries, String id,
			Function<SubscriberDefinition.Builder<Order>, SubscriberDefinition<Order>> handler) {
		Subscribers subscribers = application.bean(Subscribers.class);
		SubscriberDefinition<Order> definition = handler
			.apply(SubscriberDefinition.of(Application.ORDERS, id, Order.class).batchSize(BATCH));
		return new Drain(SUBSCRIBER, entries,
				(orders) -> inPortions(orders, application.feed(Application.ORDERS).stack()::pushAll), () -> {
					try (Subscribers.Registration registration = subscribers.register(definition)) {
						subscribers.awaitCaughtUp(id, LIMIT);
					}
				}, handled(application));
	}

	private static void inPortions(List<Order> orders, Consumer<List<Order>> action) {
		IntStream.iterate(0, (from) -> from < orders.size(), (from) -> from + AT_ONCE)
			.forEach((from) -> action.accept(orders.subList(from, Math.min(from + AT_ONCE, orders.size()))));
	}

	private static Check handled(Application application) {
		return new RowCheck(application.jdbc(), HandledItems.TABLE);
	}

}
