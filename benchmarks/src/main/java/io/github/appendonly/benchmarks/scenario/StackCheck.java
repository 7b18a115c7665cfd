package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;

/**
 * Reads all items of a round from the stack and its archive. Each item must be stored
 * once, in the order of its caller, at positions without gaps.
 */
final class StackCheck implements Check {

	private static final int AT_ONCE = 10_000;

	private final Feed feed;

	private final Follower follower;

	private long filled;

	StackCheck(Feed feed) {
		this.feed = feed;
		this.follower = new Follower(feed.history());
	}

	/**
	 * Pushes items that are not part of any round.
	 */
	void fill(long items) {
		long left = items;
		while (left > 0) {
			int count = (int) Math.min(left, AT_ONCE);
			this.feed.stack().pushAll(orders(count));
			left -= count;
		}
		skip();
	}

	/**
	 * Moves to the end, past items that are not part of any round.
	 */
	void skip() {
		this.follower.skip();
	}

	private List<Order> orders(int count) {
		long first = this.filled;
		this.filled += count;
		return IntStream.range(0, count).mapToObj((i) -> Order.of(first + i)).toList();
	}

	@Override
	public void check(Ledger ledger) {
		this.follower.read(ledger::fault, (order) -> ledger.storedInOrder(order.number()));
	}

}
