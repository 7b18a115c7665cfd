package io.github.appendonly.jpa.torture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Several JVMs on one PostgreSQL write in every possible way, change the bounds, consume
 * and follow. One of them is killed meanwhile. At the end, everything that they know is
 * compared with the content of the database, item by item.
 * <p>
 * The system properties are {@code torture.seconds}, {@code torture.nodes} and
 * {@code torture.seed}. The seed decides what is done, but not how threads take turns.
 */
@Tag("torture")
class TortureTests {

	private static final int SECONDS = Integer.getInteger("torture.seconds", 60);

	private static final int NODES = Integer.getInteger("torture.nodes", 3);

	/** What may be tried again behind the scenes, but should not have to. */
	private static final Pattern UNEXPECTED = Pattern
		.compile("deadlock detected|Connection is not available|could not be placed|OutOfMemoryError");

	private final long seed = Long.getLong("torture.seed", System.nanoTime());

	private final TestDatabase.Url database = TestDatabase.POSTGRESQL.create();

	private final List<TortureProcess> nodes = new ArrayList<>();

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	@SuppressWarnings("NullAway.Init") // set after the constructor
	private Path directory;

	@AfterEach
	void endAll() {
		this.nodes.forEach(TortureProcess::close);
	}

	@Test
	void whatWasAcknowledgedIsThereOnceAndEveryReaderSawIt() throws Exception {
		System.out.printf("Torture of %d nodes for %d s, with -Dtorture.seed=%d, in %s%n", NODES, SECONDS, this.seed,
				this.directory);
		try (Node observer = this.database.start()) {
			for (int number = 1; number <= NODES; number++) {
				start(number, number == 1);
			}
			awaitReady(this.nodes);
			runFor(SECONDS * 500L);
			killOneAndStartAnother();
			runFor(SECONDS * 500L);
			stop();
			judge(observer);
		}
	}

	private void start(int number, boolean portableSql) {
		this.nodes.add(new TortureProcess(List.of(), TortureNode.class, number,
				this.directory.resolve("node-" + number + ".log"), UNEXPECTED, this.directory.toString(),
				String.valueOf(this.seed), this.database.url(), "appendonly.portable-sql=" + portableSql));
	}

	private static void awaitReady(List<TortureProcess> nodes) throws Exception {
		for (TortureProcess node : nodes) {
			node.await(TortureNode.READY);
		}
	}

	private void runFor(long millis) throws Exception {
		try {
			CompletableFuture.anyOf(alive().map(TortureProcess::onExit).toArray(CompletableFuture<?>[]::new))
				.get(millis, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			return;
		}
		for (TortureProcess node : alive().toList()) {
			if (node.onExit().isDone()) {
				node.awaitEnd();
				fail("Node %s has ended too early", node.number());
			}
		}
	}

	private Stream<TortureProcess> alive() {
		return this.nodes.stream().filter((node) -> !node.isKilled());
	}

	private void killOneAndStartAnother() throws Exception {
		int victim = new Random(this.seed).nextInt(NODES);
		this.nodes.get(victim).kill();
		start(NODES + 1, victim == 0);
		awaitReady(this.nodes.subList(NODES, NODES + 1));
	}

	/**
	 * Readers may stop only when no node writes any more.
	 */
	private void stop() throws Exception {
		List<TortureProcess> alive = alive().toList();
		for (TortureProcess node : alive) {
			node.stopWriting();
		}
		for (TortureProcess node : alive) {
			node.await(TortureNode.WRITTEN);
		}
		for (TortureProcess node : alive) {
			node.stopReading();
		}
		for (TortureProcess node : alive) {
			node.awaitEnd();
		}
	}

	private void judge(Node observer) throws Exception {
		Map<String, TortureHistory> stacks = Stream.of(TortureNode.ALPHA, TortureNode.BETA)
			.collect(Collectors.toMap((stack) -> stack, (stack) -> new TortureHistory(observer, stack)));
		List<String> remaining = observer.structures().accumulator(TortureNode.QUEUE, String.class).consume();
		TortureQueue queue = new TortureQueue(journals("consumer-"), remaining);
		TortureVerdict verdict = new TortureVerdict(stacks, queue);
		for (TortureProcess node : this.nodes) {
			for (Path journal : journals("writer-" + node.number() + "-")) {
				verdict.check(journal, node.isKilled());
			}
		}
		verdict.assertAllAccounted();
		for (TortureProcess node : this.nodes) {
			for (Path journal : journals("reader-" + node.number() + "-")) {
				String name = journal.getFileName().toString();
				String stack = name.substring(name.indexOf('.') + 1);
				Objects.requireNonNull(stacks.get(stack)).assertFollowed(journal, !node.isKilled());
			}
		}
		assertTidy(observer);
		System.out.printf("Tortured %d nodes for %d s, 1 killed: %s, %,d layers archived, lost=0%n", NODES, SECONDS,
				verdict, archivedLayers(observer));
	}

	private List<Path> journals(String prefix) throws Exception {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
		}
	}

	/**
	 * Nothing waits any more, and PostgreSQL never had to resolve a deadlock.
	 */
	private static void assertTidy(Node observer) {
		assertThat(number(observer, "select count(*) from appendonly_inbox")).as("rows in the inbox").isZero();
		assertThat(number(observer, "select deadlocks from pg_stat_database where datname = current_database()"))
			.as("deadlocks")
			.isZero();
	}

	private static long archivedLayers(Node observer) {
		return number(observer, "select count(*) from appendonly_archived_layer");
	}

	private static long number(Node observer, String query) {
		return observer.jdbc().sql(query).query(Long.class).single();
	}

}
