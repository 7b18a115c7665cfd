package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.function.Supplier;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.FeedItem;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;

/**
 * Polls for new items since a cursor. The items per second are polls per second.
 */
final class Poll implements Scenario {

	private static final int LIMIT = 100;

	private static final String REPOSITORY = "where-id-repository";

	private static final String JDBC = "where-id-jdbc";

	private static final List<Integer> NEW_ITEMS = List.of(0, 5);

	@Override
	public String name() {
		return "poll";
	}

	@Override
	public String description() {
		return "new items since a cursor: none, 5 items (polls per second)";
	}

	@Override
	public void run(Bench bench) {
		StoredFeed feed = StoredFeed.fill(bench.application(), Application.ORDERS);
		for (int newItems : NEW_ITEMS) {
			for (int threads : bench.options().threads()) {
				bench.match(new Heading(name(), newItems + " new", threads), contenders(feed, newItems), REPOSITORY,
						JDBC);
			}
		}
	}

	private static List<Contender> contenders(StoredFeed feed, int newItems) {
		long id = feed.rows().newestId() - newItems;
		long entityId = feed.entities().newestId() - newItems;
		return List.of(
				poller(feed, REPOSITORY, newItems,
						() -> feed.entities()
							.findTop100ByIdGreaterThanOrderById(entityId)
							.stream()
							.map(FeedItem::order)
							.toList()),
				since(feed, newItems), poller(feed, JDBC, newItems, () -> feed.rows().after(id, LIMIT)));
	}

	private static Contender since(StoredFeed feed, int newItems) {
		AppendStack<Order> stack = feed.feed().stack();
		Position cursor = stack.newest(newItems + 1).get(newItems).position();
		return poller(feed, "AppendStack", newItems,
				() -> stack.since(cursor, LIMIT).entries().stream().map(Entry::item).toList());
	}

	private static Contender poller(StoredFeed feed, String name, int newItems, Supplier<List<Order>> poll) {
		return new LocalContender(name, (worker) -> {
			List<Order> orders = poll.get();
			boolean right = orders.size() == newItems;
			for (int i = 0; right && i < newItems; i++) {
				right = orders.get(i).number() == feed.size() - newItems + i;
			}
			worker.expect(right);
			return 1;
		}, Check.NOTHING_STORED);
	}

}
