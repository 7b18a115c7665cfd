package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.measure.Heading;

/**
 * Pushes of producers that do not wait for each of their pushes.
 */
final class PushAsync implements Scenario {

	private static final int IN_FLIGHT = 1_000;

	@Override
	public String name() {
		return "push-async";
	}

	@Override
	public String description() {
		return "one hot feed, outside transactions, each caller with 1,000 items in flight";
	}

	@Override
	public void run(Bench bench) {
		for (int threads : bench.options().threads()) {
			bench.application().empty();
			Pushers pushers = new Pushers(bench.application());
			bench.match(new Heading(name(), "", threads),
					List.of(pushers.save(), pushers.stackAsync(IN_FLIGHT), pushers.jdbcBatch(IN_FLIGHT)), Pushers.SAVE,
					Pushers.JDBC_BATCH);
		}
	}

}
