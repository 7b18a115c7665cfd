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

	private static final Duration PATIENCE = Duration.ofMinutes(2);

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
		try (EventServerProcess server = EventServerProcess.start(application.access());
				Clients clients = new Clients(bench, feed, server)) {
			bench.match(new Heading(name(), CLIENTS + " clients", 1), List.of(clients), Clients.NAME);
		}
	}

	/**
	 * All the clients. They stay connected for all rounds.
	 */
	private static final class Clients implements Contender, AutoCloseable {

		static final String NAME = "EntryEvents";

		private final Bench bench;

		private final Feed feed;

		private final EventServerProcess server;

		private final EventClients clients;

		private final Map<Long, Long> committed = new ConcurrentHashMap<>();

		private volatile Histogram delays = new Histogram(PRECISION);

		Clients(Bench bench, Feed feed, EventServerProcess server) {
			this.bench = bench;
			this.feed = feed;
			this.server = server;
			this.clients = new EventClients(server.port(), CLIENTS, this::arrived);
		}

		private void arrived(long number) {
			long now = System.nanoTime();
			this.delays.recordValue(Math.max(0, now - this.committed.getOrDefault(number, now)));
		}

		@Override
		public String name() {
			return NAME;
		}

		@Override
		public void prepare() {
			await(EventClient::isCaughtUp);
		}

		@Override
		public List<Round> play(Load load) {
			this.delays = new Histogram(PRECISION);
			long start = System.nanoTime();
			Ledger ledger = push(load);
			await((client) -> client.count() >= ledger.acknowledged());
			double seconds = (System.nanoTime() - start) / 1e9;
			this.bench.report()
				.tell(String.format(Locale.ROOT, "  heap of the server in use: %.0f MB",
						this.server.usedHeap() / MEGABYTE));
			check(ledger);
			return List.of(new Round("", CLIENTS * ledger.acknowledged(), seconds, this.delays, 0, ledger.lost(),
					ledger.faults(), Optional.empty()));
		}

		/**
		 * Pushes with one caller, whatever the load is: the number of clients is what
		 * counts.
		 */
		private Ledger push(Load load) {
			Crew crew = new Crew("", IntUnaryOperator.identity(), PACE, (worker) -> {
				Order order = worker.next();
				this.feed.stack().push(order);
				this.committed.put(order.number(), System.nanoTime());
				return 1;
			});
			return Calls.make(new Load(1, false, load.time(), load.firstWorker()), List.of(crew)).get(0).ledger();
		}

		/**
		 * Each client must have each item once, in order.
		 */
		private void check(Ledger ledger) {
			List<List<Long>> taken = this.clients.clients().stream().map(EventClient::take).toList();
			taken.get(0).forEach(ledger::storedInOrder);
			taken.stream()
				.filter((numbers) -> !numbers.equals(taken.get(0)))
				.forEach((numbers) -> ledger
					.fault("a client got " + numbers.size() + " of " + ledger.acknowledged() + " events"));
		}

		private void await(Predicate<EventClient> reached) {
			long start = System.nanoTime();
			while (System.nanoTime() - start < PATIENCE.toNanos()
					&& !this.clients.clients().stream().allMatch(reached)) {
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}

		@Override
		public void close() {
			this.clients.close();
		}

	}

}
