package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Calls;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Crew;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.Round;
import io.github.appendonly.benchmarks.scenario.Bench;
import io.github.appendonly.benchmarks.scenario.Scenario;
import io.github.appendonly.benchmarks.sse.EventClient;
import io.github.appendonly.benchmarks.sse.EventClients;
import io.github.appendonly.benchmarks.sse.EventServerProcess;
import org.HdrHistogram.Histogram;

/**
 * Many clients of server-sent events, whose server is another node with a small heap.
 * Items per second are events that clients got.
 */
final class FanOut implements Scenario {

	private static final int CLIENTS = 1_000;

	private static final Duration PACE = Duration.ofMillis(10);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration PAUSE = Duration.ofMillis(5);

	private static final int PRECISION = 3;

	private static final double MEGABYTE = 1024 * 1024;

	@Override
	public String name() {
		return "fan-out";
	}

	@Override
	public String description() {
		return "1,000 clients of server-sent events, 100 pushes/s on another node, a heap of "
				+ EventServerProcess.HEAP;
	}

	@Override
	public void run(Bench bench) {
		if (!bench.shared()) {
			bench.report().tell(name() + ": skipped, because only one process can open this database");
			return;
		}
		Application application = bench.application();
		application.empty();
		Feed feed = application.feed(Application.ORDERS);
		feed.stack().push(Order.of(-1));
		try (EventServerProcess server = EventServerProcess.start(application.access())) {
			bench.match(new Heading(name(), CLIENTS + " clients", 1), List.of(new Clients(bench, feed, server)),
					Clients.NAME);
		}
	}

	/**
	 * All the clients.
	 *
	 * @param bench the equipment
	 * @param feed the stack that is pushed onto
	 * @param server the server of the clients
	 */
	private record Clients(Bench bench, Feed feed, EventServerProcess server) implements Contender {

		static final String NAME = "EntryEvents";

		@Override
		public String name() {
			return NAME;
		}

		@Override
		@SuppressWarnings("try") // what arrives after the end does not count
		public List<Round> play(Load load) {
			Map<Long, Long> committed = new ConcurrentHashMap<>();
			Histogram delays = new Histogram(PRECISION);
			try (EventClients clients = new EventClients(this.server.port(), CLIENTS, (number) -> {
				long now = System.nanoTime();
				delays.recordValue(Math.max(0, now - committed.getOrDefault(number, now)));
			})) {
				await(clients, EventClient::isCaughtUp);
				long start = System.nanoTime();
				Ledger ledger = push(load, committed);
				await(clients, (client) -> client.count() >= ledger.acknowledged());
				double seconds = (System.nanoTime() - start) / 1e9;
				this.bench.report()
					.tell(String.format(Locale.ROOT, "  heap of the server in use: %.0f MB",
							this.server.usedHeap() / MEGABYTE));
				clients.close();
				check(clients.clients(), ledger);
				return List.of(new Round("", CLIENTS * ledger.acknowledged(), seconds, delays, 0, ledger.lost(),
						ledger.faults(), Optional.empty()));
			}
		}

		/**
		 * Pushes with one caller, whatever the load is: the number of clients is what
		 * counts.
		 */
		private Ledger push(Load load, Map<Long, Long> committed) {
			Crew crew = new Crew("", IntUnaryOperator.identity(), PACE, (worker) -> {
				Order order = worker.next();
				this.feed.stack().push(order);
				committed.put(order.number(), System.nanoTime());
				return 1;
			});
			return Calls.make(new Load(1, false, load.time(), load.firstWorker()), List.of(crew)).get(0).ledger();
		}

		/**
		 * Each client must have each item once, in order.
		 */
		private static void check(List<EventClient> clients, Ledger ledger) {
			List<Long> numbers = clients.get(0).numbers();
			numbers.forEach(ledger::storedInOrder);
			clients.stream()
				.filter((client) -> !client.numbers().equals(numbers))
				.forEach((client) -> ledger
					.fault("a client got " + client.count() + " of " + ledger.acknowledged() + " events"));
		}

		private static void await(EventClients clients, Predicate<EventClient> reached) {
			long start = System.nanoTime();
			while (System.nanoTime() - start < PATIENCE.toNanos() && !clients.clients().stream().allMatch(reached)) {
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}

	}

}
