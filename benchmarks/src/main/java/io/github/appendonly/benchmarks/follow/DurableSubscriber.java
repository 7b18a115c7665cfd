package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
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
		Contenders contenders = new Contenders(application, bench.options().entries(),
				new RowCheck(application.jdbc(), HandledItems.TABLE));
		try (ModulithApplication modulith = ModulithApplication.start(application.access(), bench.options().pool())) {
			bench.match(new Heading(name(), "one by one", ONE_CALLER),
					List.of(contenders.listening(modulith),
							contenders.polling((orders) -> orders.forEach(handled::insert)),
							contenders.subscribing("bench-each",
									(settings) -> settings.forEachEntry((entry) -> handled.insert(entry.item())))),
					MODULITH, POLLER);
		}
		application.empty();
		bench.match(new Heading(name(), "batches", ONE_CALLER),
				List.of(contenders.polling(handled::insertAll),
						contenders.subscribing("bench-batches",
								(settings) -> settings.forEachBatch(
										(batch) -> handled.insertAll(batch.stream().map(Entry::item).toList())))),
				POLLER);
	}

	/**
	 * Makes contenders.
	 *
	 * @param application the application
	 * @param entries the number of entries in a round
	 * @param check finds what was handled
	 */
	private record Contenders(Application application, int entries, Check check) {

		/**
		 * A delivery that fails is repeated only when the application starts again.
		 */
		Contender listening(ModulithApplication modulith) {
			return new Drain(MODULITH, Math.max(1, this.entries / SMALLER), modulith::publish, modulith::deliver,
					this.check, true);
		}

		/**
		 * What most applications do that need more than one node: each transaction takes
		 * some rows that no other node has taken.
		 */
		Contender polling(Consumer<List<Order>> handle) {
			JdbcItems items = this.application.bean(JdbcItems.class);
			TransactionTemplate transaction = this.application.transaction();
			return new Drain(POLLER, this.entries, (orders) -> inPortions(orders,
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
					}, this.check, false);
		}

		@SuppressWarnings("try") // it works until it is closed
		Contender subscribing(String id,
				Function<SubscriberDefinition.Builder<Order>, SubscriberDefinition<Order>> handler) {
			Subscribers subscribers = this.application.bean(Subscribers.class);
			SubscriberDefinition<Order> definition = handler
				.apply(SubscriberDefinition.of(Application.ORDERS, id, Order.class).batchSize(BATCH));
			AppendStack<Order> stack = this.application.feed(Application.ORDERS).stack();
			return new Drain(SUBSCRIBER, this.entries, (orders) -> inPortions(orders, stack::pushAll), () -> {
				try (Subscribers.Registration registration = subscribers.register(definition)) {
					subscribers.awaitCaughtUp(id, LIMIT);
				}
			}, this.check, false);
		}

		private static void inPortions(List<Order> orders, Consumer<List<Order>> action) {
			IntStream.iterate(0, (from) -> from < orders.size(), (from) -> from + AT_ONCE)
				.forEach((from) -> action.accept(orders.subList(from, Math.min(from + AT_ONCE, orders.size()))));
		}

	}

}
