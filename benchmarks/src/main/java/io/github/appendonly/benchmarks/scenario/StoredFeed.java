package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.application.FeedItem;
import io.github.appendonly.benchmarks.application.FeedItemRepository;
import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.application.JsonItems;
import io.github.appendonly.benchmarks.application.Order;

/**
 * The same items in a stack, as entities and as rows, for reading.
 *
 * @param feed the stack
 * @param entities the entities
 * @param rows the rows
 * @param jsonRows the rows with JSON in one column
 * @param size the number of items; they are numbered from 0
 */
record StoredFeed(Feed feed, FeedItemRepository entities, JdbcItems rows, JsonItems jsonRows, int size) {

	private static final int AT_ONCE = 10_000;

	/** The last items are pushed one by one, as usual in an application. */
	private static final int ONE_BY_ONE = 50;

	private static final int SIZE = AT_ONCE + ONE_BY_ONE;

	static StoredFeed fill(Application application, String stack) {
		application.empty();
		StoredFeed feed = new StoredFeed(application.feed(stack), application.bean(FeedItemRepository.class),
				application.bean(JdbcItems.class), application.bean(JsonItems.class), SIZE);
		List<Order> orders = IntStream.range(0, SIZE).mapToObj(Order::of).toList();
		feed.feed.stack().pushAll(orders.subList(0, AT_ONCE));
		orders.subList(AT_ONCE, SIZE).forEach(feed.feed.stack()::push);
		feed.entities.saveAll(orders.stream().map(FeedItem::new).toList());
		application.transaction().executeWithoutResult((status) -> {
			orders.forEach(feed.rows::insert);
			orders.forEach(feed.jsonRows::insert);
		});
		application.analyze();
		return feed;
	}

	/**
	 * Whether these are the newest items, newest first.
	 */
	boolean endsWith(List<Order> newestFirst, int count) {
		boolean right = newestFirst.size() == count;
		for (int i = 0; right && i < count; i++) {
			right = newestFirst.get(i).number() == this.size - 1 - i;
		}
		return right;
	}

}
