package io.github.appendonly.benchmarks.follow;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.Round;
import org.HdrHistogram.Histogram;

/**
 * Handles items that wait. A round ends when all of them are handled, however long that
 * takes.
 *
 * @param name the name of the contender
 * @param items the number of items in a round
 * @param fill adds items, before the round begins
 * @param drain handles all of them
 * @param check finds what was handled
 * @param losesItems whether an item may be missing at the end of a round
 */
record Drain(String name, int items, Consumer<List<Order>> fill, Runnable drain, Check check,
		boolean losesItems) implements Contender {

	private static final int FILLER = 0;

	private static final int PRECISION = 3;

	@Override
	public List<Round> play(Load load) {
		this.fill.accept(IntStream.range(0, this.items).mapToObj(Order::of).toList());
		long start = System.nanoTime();
		this.drain.run();
		double seconds = (System.nanoTime() - start) / 1e9;
		Ledger ledger = new Ledger();
		ledger.acknowledge(FILLER, this.items);
		this.check.check(ledger);
		return List.of(new Round("", this.items, seconds, new Histogram(PRECISION), 0, ledger.lost(), ledger.faults(),
				Optional.empty()));
	}

}
