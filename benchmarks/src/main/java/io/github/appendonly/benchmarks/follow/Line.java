package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.appendonly.benchmarks.application.Order;

/**
 * A way for items from one node to a follower.
 */
interface Line {

	/**
	 * Its name in the results.
	 */
	String name();

	/**
	 * Stores an item on the first node. Returns when it is durable.
	 */
	void add(Order order);

	/**
	 * Begins to follow with what is added from now on.
	 * @param follower is given each item
	 * @return ends it
	 */
	Following follow(Consumer<Order> follower);

	/**
	 * Whether it is known to leave items out.
	 */
	default boolean losesItems() {
		return false;
	}

	/**
	 * How long to wait for an item that does not come.
	 */
	default Duration patience() {
		return Duration.ofSeconds(30);
	}

	/**
	 * A follower at work.
	 */
	@FunctionalInterface
	interface Following extends AutoCloseable {

		@Override
		void close();

	}

}
