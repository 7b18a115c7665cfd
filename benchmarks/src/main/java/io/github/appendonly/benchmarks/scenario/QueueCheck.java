package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.Accumulator;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;

/**
 * Consumes all items of a round from an accumulator. Each item must be there once, in the
 * order of its caller.
 *
 * @param accumulator the accumulator
 */
record QueueCheck(Accumulator<Order> accumulator) implements Check {

	private static final int PORTION = 10_000;

	@Override
	public void check(Ledger ledger) {
		for (List<Order> portion = next(); !portion.isEmpty(); portion = next()) {
			portion.forEach((order) -> ledger.storedInOrder(order.number()));
		}
	}

	private List<Order> next() {
		return this.accumulator.consume(PORTION);
	}

}
