package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Calls;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.Round;

/**
 * Consumers that empty a queue, which is filled before each round. A round ends when the
 * queue is empty or the time is over.
 *
 * @param name the name of the contender
 * @param fill appends items, each by itself
 * @param consume takes at most a number of items
 */
record Consumption(String name, Consumer<List<Order>> fill, IntFunction<List<Order>> consume) implements Contender {

	private static final int PORTION = 1_000;

	private static final int ITEMS = 20 * PORTION;

	private static final int FILLER = 0;

	@Override
	public List<Round> play(Load load) {
		this.fill.accept(IntStream.range(0, ITEMS).mapToObj(Order::of).toList());
		Queue<Order> taken = new ConcurrentLinkedQueue<>();
		Calls calls = Calls.make(load, (worker) -> take(taken));
		while (take(taken) > 0) {
			// what is left when the time is over
		}
		Ledger ledger = calls.ledger();
		ledger.acknowledge(FILLER, ITEMS);
		taken.forEach((order) -> ledger.stored(order.number()));
		return List.of(calls.round(ledger));
	}

	private int take(Queue<Order> taken) {
		List<Order> portion = this.consume.apply(PORTION);
		taken.addAll(portion);
		return portion.size();
	}

}
