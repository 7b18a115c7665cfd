package io.github.appendonly.benchmarks.scenario;

import java.util.Map;

import io.github.appendonly.benchmarks.database.Access;
import io.github.appendonly.benchmarks.measure.ChildJvm;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.NodeRound;

/**
 * A separate JVM with a {@link Node}. It ends when its standard input ends.
 */
final class NodeProcess implements AutoCloseable {

	private final ChildJvm jvm;

	private NodeProcess(ChildJvm jvm) {
		this.jvm = jvm;
	}

	static NodeProcess start(String contender, Access access, int pool) {
		return new NodeProcess(
				ChildJvm.start(Node.class, Node.ANSWER, Map.of(Node.URL, access.url(), Node.USERNAME, access.username(),
						Node.PASSWORD, access.password(), Node.CONTENDER, contender, Node.POOL, String.valueOf(pool))));
	}

	void awaitReady() {
		this.jvm.awaitAnswer();
	}

	void begin(Load load) {
		this.jvm.tell(load.callers() + " " + load.time().toMillis() + " " + load.firstWorker());
	}

	NodeRound awaitRound() {
		return NodeRound.parse(this.jvm.awaitAnswer());
	}

	@Override
	public void close() {
		this.jvm.close();
	}

}
