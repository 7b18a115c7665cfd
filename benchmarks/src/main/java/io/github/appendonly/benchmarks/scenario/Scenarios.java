package io.github.appendonly.benchmarks.scenario;

import java.util.List;

/**
 * All scenarios of this package.
 */
public final class Scenarios {

	private static final List<Scenario> ALL = List.of(new Push(), new PushVirtual(), new PushAsync(),
			new PushInTransaction(), new KeyedPush(), new Bulk(), new Read(), new Poll(), new ManyStacks(),
			new ManyStacksInTransaction(), new FeedPages(), new NewestPage(), new FirstPush(), new Accumulators(),
			new Growth(), new HeldSnapshot(), new Nodes());

	private Scenarios() {
	}

	/**
	 * All scenarios of this package, in the order in which they are played.
	 * @return the scenarios
	 */
	public static List<Scenario> all() {
		return ALL;
	}

}
