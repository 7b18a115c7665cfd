package io.github.appendonly.benchmarks.scenario;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.benchmarks.measure.Heading;

/**
 * Pushes of several nodes onto one stack, and what they could do otherwise.
 */
final class Nodes implements Scenario {

	private static final int CALLERS = 32;

	private static final int MOST = 4;

	private static final List<Integer> NODES = List.of(1, 2, MOST);

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
		bench.application().empty();
		List<Cluster> clusters = new ArrayList<>();
		try {
			for (int nodes : NODES) {
				clusters.add(Cluster.pushing(bench, nodes));
			}
			Cluster saving = Cluster.saving(bench, MOST);
			clusters.add(saving);
			bench.match(new Heading(name(), "", CALLERS), List.copyOf(clusters), clusters.get(0).name(), saving.name());
		}
		finally {
			clusters.forEach(Cluster::close);
		}
	}

}
