package io.github.appendonly.benchmarks.scenario;

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
		try (RedisStreams redis = RedisStreams.start(bench)) {
			for (int threads : bench.options().threads()) {
				bench.application().empty();
				Pushers pushers = new Pushers(bench.application());
				bench.match(new Heading(name(), "", threads), redis.and(pushers.save(), pushers.stack(),
						pushers.saveWithSequence(), pushers.jdbcInsert(), pushers.messageStore(), pushers.naive()),
						redis.baselines(Pushers.SAVE));
			}
		}
	}

}
