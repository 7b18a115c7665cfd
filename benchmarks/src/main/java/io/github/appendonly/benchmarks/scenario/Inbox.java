package io.github.appendonly.benchmarks.scenario;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.PlacementDelays;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Placement;
import org.HdrHistogram.Histogram;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Observes how items are placed in the background: what waits when a round has ended, and
 * how long transactions have waited. It comes before checks that read, since reads place
 * items too.
 */
final class Inbox implements Check {

	private static final long PATIENCE_MILLIS = 120_000;

	private static final long INTERVAL_MILLIS = 5;

	private final JdbcClient jdbc;

	private final PlacementDelays delays;

	Inbox(Application application) {
		this.jdbc = application.jdbc();
		this.delays = application.bean(PlacementDelays.class);
	}

	@Override
	public void check(Ledger ledger) {
		long waiting = waiting();
		awaitEmpty(ledger);
		Histogram taken = this.delays.take();
		if (taken.getTotalCount() > 0 || waiting > 0) {
			ledger.placed(new Placement(taken, waiting));
		}
	}

	/**
	 * Waits until everything is placed.
	 */
	private void awaitEmpty(Ledger ledger) {
		long left = PATIENCE_MILLIS;
		while (waiting() > 0 && left > 0) {
			Pause.ofMillis(INTERVAL_MILLIS);
			left -= INTERVAL_MILLIS;
		}
		if (left <= 0) {
			ledger.fault(waiting() + " rows of the inbox are not placed");
		}
	}

	private long waiting() {
		return this.jdbc.sql("select count(*) from bench_inbox").query(Long.class).single();
	}

}
