package io.github.appendonly.benchmarks.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.github.appendonly.Position;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;
import io.github.appendonly.benchmarks.measure.Series;

/**
 * Pushes and polls after more and more items were pushed.
 */
final class Growth implements Scenario {

	private static final int STEADY = 2_000;

	private static final int NEW_ITEMS = 5;

	private static final int LIMIT = 100;

	/**
	 * After this number of items, the database cleans up. In an application, it does so
	 * by itself in the time that it takes to push them.
	 */
	private static final long PORTION = 250_000;

	@Override
	public String name() {
		return "growth";
	}

	@Override
	public String description() {
		return "pushes and polls after --items were pushed, relative to the start";
	}

	@Override
	public void run(Bench bench) {
		for (int threads : bench.options().threads()) {
			bench.application().empty();
			grow(bench, threads);
		}
	}

	private void grow(Bench bench, int threads) {
		Feed feed = bench.application().feed(Application.ORDERS);
		StackCheck check = new StackCheck(feed);
		check.fill(STEADY);
		List<Contender> contenders = List.of(push(feed, check), poll(feed));
		List<Series> start = new ArrayList<>();
		for (int items : bench.options().items()) {
			fill(bench, feed, check, items);
			bench.application().settle();
			Heading heading = new Heading(name(), String.format(Locale.ROOT, "%,d items", items), threads);
			for (int i = 0; i < contenders.size(); i++) {
				Series series = bench.series(heading, contenders.get(i));
				if (start.size() == i) {
					start.add(series);
				}
				bench.report().add(heading, series, series.ratioOfMediansTo(start.get(i)), Map.of());
			}
		}
	}

	private static void fill(Bench bench, Feed feed, StackCheck check, int items) {
		long before = feed.history().size();
		long missing = Math.max(0, items - before);
		bench.report().tell(String.format(Locale.ROOT, "Pushing %,d items", missing));
		for (long filled = 0; filled < missing; filled += PORTION) {
			check.fill(Math.min(PORTION, missing - filled));
			bench.application().analyze();
		}
		long found = feed.history().size();
		if (found != before + missing) {
			throw new LostItemsException("growth: " + found + " items instead of " + (before + missing));
		}
	}

	private static Contender push(Feed feed, StackCheck check) {
		return new LocalContender("AppendStack.push", (worker) -> {
			feed.stack().push(worker.next());
			return 1;
		}, check);
	}

	private static Contender poll(Feed feed) {
		AtomicReference<Position> cursor = new AtomicReference<>(new Position(0, 0));
		return new LocalContender("AppendStack.since",
				() -> cursor.set(feed.stack().newest(NEW_ITEMS + 1).get(NEW_ITEMS).position()), (worker) -> {
					worker.expect(feed.stack().since(cursor.get(), LIMIT).entries().size() == NEW_ITEMS);
					return 1;
				}, Check.NOTHING_STORED);
	}

}
