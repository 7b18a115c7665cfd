package io.github.appendonly.benchmarks.follow;

import java.util.function.Consumer;

import io.github.appendonly.StartAt;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.application.Order;

/**
 * A stack that is pushed onto on one node, and followed on the same or another.
 *
 * @param name the name in the results
 * @param pushed the stack on the first node
 * @param followed the same stack on the second one
 */
record FollowedFeed(String name, Feed pushed, Feed followed) implements Line {

	@Override
	public void add(Order order) {
		this.pushed.stack().push(order);
	}

	@Override
	public Following follow(Consumer<Order> follower) {
		return this.followed.history().follow(StartAt.newest(), (entry) -> follower.accept(entry.item()))::close;
	}

}
