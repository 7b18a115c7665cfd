package io.github.appendonly.benchmarks.scenario;

import io.github.appendonly.benchmarks.measure.CallerThreads;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.Load;

/**
 * Pushes of many callers.
 */
final class PushVirtual implements Scenario {

	private static final int CALLERS = 1_000;

	@Override
	public String name() {
		return "push-virtual";
	}

	@Override
	public String description() {
		return "one hot feed, outside transactions, 1,000 callers: virtual threads from JDK 21 on";
	}

	@Override
	public void run(Bench bench) {
		bench.application().empty();
		Pushers pushers = new Pushers(bench.application());
		String variant = CallerThreads.haveVirtual() ? "virtual" : "platform";
		Load load = new Load(CALLERS, true, bench.options().time(), 1);
		try (RedisStreams redis = RedisStreams.start(bench)) {
			bench.match(new Heading(name(), variant, CALLERS), load, redis.and(pushers.save(), pushers.stack()),
					redis.baselines(Pushers.SAVE));
		}
	}

}
