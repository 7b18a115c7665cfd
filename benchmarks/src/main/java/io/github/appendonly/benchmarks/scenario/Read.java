package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.function.Supplier;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.ChangeableOrder;
import io.github.appendonly.benchmarks.application.FeedItem;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;
import io.github.appendonly.jpa.AppendOnlyStructures;

/**
 * Reads the newest thousand items.
 */
final class Read implements Scenario {

	private static final int ITEMS = 1_000;

	private static final String ENTITIES = "entities";

	private static final String ROWS = "jdbc-rows";

	private static final String JSON_ROWS = "jdbc-json-rows";

	@Override
	public String name() {
		return "read";
	}

	@Override
	public String description() {
		return "the newest 1,000 items, as objects";
	}

	@Override
	public void run(Bench bench) {
		StoredFeed feed = StoredFeed.fill(bench.application(), Application.LONG_FEED);
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "", threads), contenders(bench, feed), ENTITIES, ROWS, JSON_ROWS);
		}
	}

	private static List<Contender> contenders(Bench bench, StoredFeed feed) {
		AppendStack<ChangeableOrder> changeable = bench.application()
			.bean(AppendOnlyStructures.class)
			.stack(Application.LONG_FEED, ChangeableOrder.class);
		return List.of(
				reader(feed, ENTITIES,
						() -> feed.entities().findTop1000ByOrderByIdDesc().stream().map(FeedItem::order).toList()),
				reader(feed, "AppendStack", () -> feed.feed().stack().stream().limit(ITEMS).map(Entry::item).toList()),
				reader(feed, "AppendStack.newest",
						() -> feed.feed().stack().newest(ITEMS).stream().map(Entry::item).toList()),
				reader(feed, "AppendStack.changeable",
						() -> changeable.newest(ITEMS).stream().map((entry) -> entry.item().order()).toList()),
				reader(feed, ROWS, () -> feed.rows().newest(ITEMS)),
				reader(feed, JSON_ROWS, () -> feed.jsonRows().newest(ITEMS)));
	}

	private static Contender reader(StoredFeed feed, String name, Supplier<List<Order>> reading) {
		return new LocalContender(name, (worker) -> {
			List<Order> orders = reading.get();
			worker.expect(feed.endsWith(orders, ITEMS));
			return orders.size();
		}, Check.NOTHING_STORED);
	}

}
