package io.github.appendonly.benchmarks.scenario;

import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;

/**
 * Counts the items that a round has stored.
 */
final class CountCheck implements Check {

	private final LongSupplier counter;

	private final ObjLongConsumer<Ledger> entry;

	private long last;

	/**
	 * Creates a check.
	 * @param counter counts all stored items
	 * @param entry enters the difference to the last count
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
