package io.github.appendonly.benchmarks.scenario;

import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;

/**
 * Counts what a round has stored.
 */
final class CountCheck implements Check {

	private final LongSupplier counter;

	private final ObjLongConsumer<Ledger> entry;

	private long last;

	/**
	 * Counts with a counter.
	 * @param counter how much is stored in all
	 * @param entry enters how much more it is than last time
	 */
	CountCheck(LongSupplier counter, ObjLongConsumer<Ledger> entry) {
		this.counter = counter;
		this.entry = entry;
	}

	@Override
	public void check(Ledger ledger) {
		long now = this.counter.getAsLong();
		this.entry.accept(ledger, now - this.last);
		this.last = now;
	}

}
