package io.github.appendonly.benchmarks.follow;

import java.util.List;

import io.github.appendonly.benchmarks.scenario.Scenario;

/**
 * All scenarios of this package.
 */
public final class FollowScenarios {

	private static final List<Scenario> ALL = List.of(new Tail(), new FollowedIdle(), new DurableSubscriber(),
			new FanOut());

	private FollowScenarios() {
	}

	/**
	 * All scenarios of this package, in the order in which they are played.
	 * @return the scenarios
	 */
	public static List<Scenario> all() {
		return ALL;
	}

}
