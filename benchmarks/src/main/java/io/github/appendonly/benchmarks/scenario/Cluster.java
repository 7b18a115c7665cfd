package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.NodeRound;
import io.github.appendonly.benchmarks.measure.Round;

/**
 * Several JVMs that write at the same time. This JVM checks that all acknowledged items
 * are stored.
 */
final class Cluster implements Contender, AutoCloseable {

	private static final int STEADY = 2_000;

	private final String name;

	private final List<NodeProcess> nodes;

	private final Runnable preparation;

	private final Check check;

	private Cluster(String name, List<NodeProcess> nodes, Runnable preparation, Check check) {
		this.name = name;
		this.nodes = nodes;
		this.preparation = preparation;
		this.check = check;
	}

	/**
	 * Starts JVMs that push onto a stack, without waiting for them.
	 */
	static Cluster pushing(Bench bench, int nodes) {
		Feed feed = bench.application().feed(Application.NODES + nodes);
		StackCheck check = new StackCheck(feed);
		return new Cluster((nodes == 1) ? "1 node" : nodes + " nodes", start(bench, nodes, feed.name()),
				() -> check.fill(STEADY), check);
	}

	/**
	 * Starts JVMs that save entities, without waiting for them.
	 */
	static Cluster saving(Bench bench, int nodes) {
		return new Cluster(Pushers.SAVE + " from " + nodes + " nodes", start(bench, nodes, Pushers.SAVE), () -> {
		}, new Pushers(bench.application()).saveCheck());
	}

	private static List<NodeProcess> start(Bench bench, int nodes, String contender) {
		return IntStream.range(0, nodes)
			.mapToObj((i) -> NodeProcess.start(contender, bench.application().access(), bench.options().pool()))
			.toList();
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public void prepare() {
		this.preparation.run();
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
