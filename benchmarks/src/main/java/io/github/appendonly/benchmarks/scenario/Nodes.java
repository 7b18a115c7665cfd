package io.github.appendonly.benchmarks.scenario;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;

/**
 * Pushes of several nodes onto one stack.
 */
final class Nodes implements Scenario {

	private static final int CALLERS = 32;

	private static final List<Integer> NODES = List.of(1, 2, 4);

	@Override
	public String name() {
		return "nodes";
	}

	@Override
	public String description() {
		return "one hot stack, 32 callers in 1, 2 and 4 JVMs";
	}

	@Override
	public void run(Bench bench) {
		if (!bench.shared()) {
			bench.report().tell("nodes: skipped, because only one process can open this database");
			return;
		}
		Application application = bench.application();
		application.empty();
		List<Cluster> clusters = new ArrayList<>();
		try {
			for (int nodes : NODES) {
				Feed feed = application.feed(Application.NODES + nodes);
				clusters.add(Cluster.start(nodes, feed, application.access(), bench.options().pool()));
			}
			List<Contender> contenders = List.copyOf(clusters);
			bench.match(new Heading(name(), "", CALLERS), contenders, contenders.get(0).name());
		}
		finally {
			clusters.forEach(Cluster::close);
		}
	}

}
