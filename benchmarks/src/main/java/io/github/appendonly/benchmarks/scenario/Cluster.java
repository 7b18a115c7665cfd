package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.database.Access;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.NodeRound;
import io.github.appendonly.benchmarks.measure.Round;

/**
 * Several JVMs that push onto one stack. This JVM checks that all acknowledged items are
 * stored.
 */
final class Cluster implements Contender, AutoCloseable {

	private static final int STEADY = 2_000;

	private final List<NodeProcess> nodes;

	private final StackCheck check;

	private Cluster(List<NodeProcess> nodes, StackCheck check) {
		this.nodes = nodes;
		this.check = check;
	}

	/**
	 * Starts the JVMs, without waiting for them.
	 */
	static Cluster start(int nodes, Feed feed, Access access, int pool) {
		List<NodeProcess> processes = IntStream.range(0, nodes)
			.mapToObj((i) -> NodeProcess.start(feed.name(), access, pool))
			.toList();
		return new Cluster(processes, new StackCheck(feed));
	}

	@Override
	public String name() {
		return (this.nodes.size() == 1) ? "1 node" : this.nodes.size() + " nodes";
	}

	@Override
	public void prepare() {
		this.check.fill(STEADY);
		this.nodes.forEach(NodeProcess::awaitReady);
	}

	@Override
	public List<Round> play(Load load) {
		int callers = load.callers() / this.nodes.size();
		int first = load.firstWorker();
		for (NodeProcess node : this.nodes) {
			node.begin(new Load(callers, load.virtual(), load.time(), first));
			first += callers;
		}
		List<NodeRound> rounds = this.nodes.stream().map(NodeProcess::awaitRound).toList();
		Ledger ledger = new Ledger();
		rounds.forEach((round) -> round.acknowledge(ledger));
		this.check.check(ledger);
		return List.of(NodeRound.joined(rounds, "", ledger));
	}

	@Override
	public void close() {
		this.nodes.forEach(NodeProcess::close);
	}

}
