package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Calls;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Crew;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.Round;

/**
 * Callers that add items at a pace, and one follower. Latencies are the times from the
 * acknowledgement of each item until the follower was given it.
 *
 * @param line the way of the items
 * @param pace the time from one call of a caller to the next
 */
record Delivery(Line line, Duration pace) implements Contender {

	@Override
	public String name() {
		return this.line.name();
	}

	@Override
	public boolean losesItems() {
		return this.line.losesItems();
	}

	@Override
	@SuppressWarnings("try") // what arrives after the end does not count
	public List<Round> play(Load load) {
		Arrivals arrivals = new Arrivals();
		long start = System.nanoTime();
		try (Line.Following following = this.line.follow((order) -> arrivals.arrived(order.number()))) {
			Crew crew = new Crew("", IntUnaryOperator.identity(), this.pace, (worker) -> {
				Order order = worker.next();
				this.line.add(order);
				arrivals.committed(order.number());
				return 1;
			});
			Ledger ledger = Calls.make(load, List.of(crew)).get(0).ledger();
			double seconds = (System.nanoTime() - start) / 1e9;
			arrivals.await(this.line.patience());
			following.close();
			arrivals.forEach(ledger::storedInOrder);
			return List.of(new Round("", ledger.acknowledged(), seconds, arrivals.delays(), 0, ledger.lost(),
					ledger.faults(), Optional.empty()));
		}
	}

}
