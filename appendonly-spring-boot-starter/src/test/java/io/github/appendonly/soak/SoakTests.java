package io.github.appendonly.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.torture.TortureProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.fail;

/**
 * Followers and durable subscribers on three nodes, while writers push as fast as they
 * can. Nodes are killed meanwhile, and the database is restarted. Each follower goes on
 * where it was, on the node that comes instead of its own. At the end, all that they saw
 * and did is compared with the content of the database.
 * <p>
 * The system properties are {@code soak.seconds}, which is {@code torture.seconds} by
 * default, and {@code torture.seed}.
 */
@Tag("torture")
class SoakTests {

	private static final int SECONDS = Integer.getInteger("soak.seconds", Integer.getInteger("torture.seconds", 60));

	private static final int NODES = 3;

	/** One half of them are restarts of the database, in turns with killed nodes. */
	private static final int DISTURBANCES = 6;

	private static final int MAX_PAUSE_MILLIS = 2_000;

	/**
	 * Nodes start while others work: the optimizing compiler would take the time of both.
	 */
	private static final List<String> COMPILER = List.of("-XX:TieredStopAtLevel=1");

	private static final Pattern UNEXPECTED = Pattern.compile("deadlock detected|OutOfMemoryError");

	private final long seed = Long.getLong("torture.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	private final List<TortureProcess> started = new ArrayList<>();

	/** The node with each share of the followers. */
	private final List<TortureProcess> nodes = new ArrayList<>();

	/** The nodes that may not be ready yet. */
	private final List<TortureProcess> starting = new ArrayList<>();

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	@SuppressWarnings("NullAway.Init") // set after the constructor
	private Path directory;

	@SuppressWarnings("NullAway.Init") // set before the test
	private SoakDatabase database;

	@BeforeEach
	void startDatabase() throws IOException {
		this.database = new SoakDatabase(this.directory.resolve("database"));
	}

	@AfterEach
	void endAll() throws IOException {
		this.started.forEach(TortureProcess::close);
		this.database.close();
	}

	@Test
	void everyFollowerAndSubscriberHasEverything() throws Exception {
		System.out.printf("Soak of %d nodes for %d s, with -Dtorture.seed=%d, in %s%n", NODES, SECONDS, this.seed,
				this.directory);
		try (Node node = this.database.url().start()) {
			SoakSubscribers.create(node.jdbc());
		}
		for (int share = 0; share < NODES; share++) {
			this.nodes.add(start(share));
		}
		awaitReady();
		for (int disturbance = 0; disturbance < DISTURBANCES; disturbance++) {
			runFor(SECONDS * 1000L / (DISTURBANCES + 1));
			awaitReady();
			disturb(disturbance);
		}
		runFor(SECONDS * 1000L / (DISTURBANCES + 1));
		awaitReady();
		finish();
		try (Node node = this.database.url().start()) {
			judge(node);
		}
	}

	private TortureProcess start(int share) {
		int number = this.started.size() + 1;
		TortureProcess node = new TortureProcess(COMPILER, SoakNode.class, number,
				this.directory.resolve("node-" + number + ".log"), UNEXPECTED, String.valueOf(share),
				String.valueOf(NODES), this.directory.toString(), String.valueOf(this.seed), this.database.url().url(),
				"spring.datasource.hikari.connection-timeout=5000", "appendonly.follow.notify=" + (share > 0));
		this.started.add(node);
		this.starting.add(node);
		return node;
	}

	private void awaitReady() throws Exception {
		for (TortureProcess node : this.starting) {
			node.await(SoakNode.READY);
		}
		this.starting.clear();
	}

	private void runFor(long millis) throws Exception {
		try {
			CompletableFuture
				.anyOf(this.nodes.stream().map(TortureProcess::onExit).toArray(CompletableFuture<?>[]::new))
				.get(millis, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			return;
		}
		for (TortureProcess node : this.nodes) {
			if (node.onExit().isDone()) {
				node.awaitEnd();
				fail("Node %s has ended too early", node.number());
			}
		}
	}

	private void disturb(int disturbance) throws Exception {
		if (disturbance % 2 == 0) {
			int share = this.random.nextInt(NODES);
			this.nodes.get(share).kill();
			this.nodes.set(share, start(share));
		}
		else {
			this.database.restart(this.random.nextBoolean(), Duration.ofMillis(this.random.nextInt(MAX_PAUSE_MILLIS)));
		}
	}

	private void finish() throws Exception {
		for (TortureProcess node : this.nodes) {
			node.stopWriting();
		}
		for (TortureProcess node : this.nodes) {
			node.await(SoakNode.WRITTEN);
		}
		for (TortureProcess node : this.nodes) {
			node.stopReading();
		}
		for (TortureProcess node : this.nodes) {
			node.awaitEnd();
		}
	}

	private void judge(Node node) {
		SoakVerdict verdict = new SoakVerdict(this.directory);
		int unknown = 0;
		for (String stack : SoakNode.STACKS) {
			SoakLedger ledger = new SoakLedger(stack);
			this.started.forEach((each) -> enterWriters(ledger, each));
			verdict.add(stack, new Soaked(SoakNode.history(node, stack), ledger::stored));
			ledger.assertComplete();
			unknown += ledger.unknown();
		}
		verdict.judgeFollowers();
		verdict.judgeTransactional(node);
		verdict.judgeOutside();
		System.out.printf(
				"Soaked %d nodes for %d s, %d killed, %d restarts of the database: %s, %,d uncertain, lost=0%n", NODES,
				SECONDS, this.started.size() - NODES, DISTURBANCES / 2, verdict, unknown);
	}

	private void enterWriters(SoakLedger ledger, TortureProcess node) {
		for (int i = 0; i < SoakNode.WRITERS; i++) {
			int writer = node.number() * SoakNode.MAX_WRITERS + i;
			ledger.enter(writer, this.directory.resolve("writer-" + writer), node.isKilled());
		}
	}

}
