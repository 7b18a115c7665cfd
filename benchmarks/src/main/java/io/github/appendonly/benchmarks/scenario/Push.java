package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.measure.Heading;

/**
 * Pushes outside transactions onto one hot stack, which prunes to its archive.
 */
final class Push implements Scenario {

	@Override
	public String name() {
		return "push";
	}

	@Override
	public String description() {
		return "one hot feed, outside transactions";
	}

	@Override
	public void run(Bench bench) {
		for (int threads : bench.options().threads()) {
			bench.application().empty();
			Pushers pushers = new Pushers(bench.application());
			bench.match(
					new Heading(name(), "", threads), List.of(pushers.save(), pushers.stack(),
							pushers.saveWithSequence(), pushers.jdbcInsert(), pushers.messageStore(), pushers.naive()),
					Pushers.SAVE);
		}
	}

}
