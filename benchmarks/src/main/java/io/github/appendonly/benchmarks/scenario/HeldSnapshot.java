package io.github.appendonly.benchmarks.scenario;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.Series;

/**
 * Pushes while another session holds a snapshot. So the database cannot clean up rows
 * that were deleted or replaced.
 */
final class HeldSnapshot implements Scenario {

	private static final int CALLERS = 8;

	private static final Duration WINDOW = Duration.ofSeconds(10);

	@Override
	public String name() {
		return "held-snapshot";
	}

	@Override
	public String description() {
		return "8 callers push for --held-seconds while another session is idle in a transaction: the end relative to "
				+ "the start";
	}

	@Override
	public void run(Bench bench) {
		run(bench, "no transaction", Pushers::stack);
		run(bench, "no transaction", Pushers::naive);
		run(bench, "transaction", (pushers) -> pushers.stackInTransaction(0));
		run(bench, "transaction", (pushers) -> pushers.naiveInTransaction(0));
	}

	private void run(Bench bench, String variant, Function<Pushers, Contender> contender) {
		bench.application().empty();
		Heading heading = new Heading(name(), variant, CALLERS);
		Duration time = bench.options().held();
		Duration window = (time.compareTo(WINDOW.multipliedBy(2)) < 0) ? time.dividedBy(2) : WINDOW;
		int windows = (int) time.dividedBy(window);
		Contender pushing = contender.apply(new Pushers(bench.application()));
		bench.warmUp(heading, pushing, window);
		Snapshot.hold(bench.application().access(), () -> {
			Series series = bench.series(heading, pushing, windows, window);
			bench.report().add(heading, series, series.lastToFirst(), Map.of());
		});
	}

}
