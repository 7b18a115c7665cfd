package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.application.Order;

/**
 * Rows that are asked for by {@code where id > ?} again and again, as most applications
 * do. A row whose transaction commits after that of a higher id is left out.
 *
 * @param items the rows
 */
record PolledRows(JdbcItems items) implements Line {

	static final String NAME = "where-id-poll";

	private static final int LIMIT = 10_000;

	private static final long MILLIS = 100;

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public void add(Order order) {
		this.items.insert(order);
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored") // if it fails, items are missing
	public Following follow(Consumer<Order> follower) {
		AtomicLong last = new AtomicLong(this.items.newestId());
		ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
		thread.scheduleWithFixedDelay(() -> {
			List<JdbcItems.Row> rows = this.items.rowsAfter(last.get(), LIMIT);
			rows.forEach((row) -> {
				follower.accept(row.order());
				last.set(row.id());
			});
		}, 0, MILLIS, TimeUnit.MILLISECONDS);
		return thread::shutdownNow;
	}

	@Override
	public boolean losesItems() {
		return true;
	}

	@Override
	public Duration patience() {
		return Duration.ofMillis(10 * MILLIS);
	}

}
