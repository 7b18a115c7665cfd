package io.github.appendonly.jpa.torture;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;

/**
 * The main class of a JVM with one application. It has writers, a consumer, and readers
 * that follow. A line on the standard input ends the writing. The end of the input ends
 * everything.
 * <p>
 * No exception is expected: the first one ends the process.
 */
final class TortureNode {

	static final String ALPHA = "alpha";

	static final String BETA = "beta";

	static final String QUEUE = "queue";

	static final String READY = "ready";

	static final String WRITTEN = "written";

	static final int WRITERS = 6;

	/** So that the numbers of all writers of all nodes differ. */
	private static final int MAX_WRITERS = 100;

	/**
	 * One more than there are threads that hold a connection and wait for another: who
	 * has a transaction in a transaction does. That is enough, unless the structures do
	 * so as well.
	 */
	private static final String POOL = "spring.datasource.hikari.maximum-pool-size=" + (WRITERS + 1);

	private final Node node;

	private final int number;

	private final Path directory;

	private final long seed;

	private final AtomicBoolean writing = new AtomicBoolean(true);

	private final AtomicBoolean reading = new AtomicBoolean(true);

	private final List<Thread> writers = new ArrayList<>();

	private final List<Thread> readers = new ArrayList<>();

	private TortureNode(Node node, int number, Path directory, long seed) {
		this.node = node;
		this.number = number;
		this.directory = directory;
		this.seed = seed;
	}

	/**
	 * Runs a node.
	 * @param args its number, a directory for its journals, the seed, the database's URL,
	 * and properties
	 */
	public static void main(String... args) throws Exception {
		PrintStream answers = System.out;
		System.setOut(System.err); // where logging goes, then
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
			failure.printStackTrace();
			Runtime.getRuntime().halt(1);
		});
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		String[] properties = Stream.concat(Stream.of(POOL), Arrays.stream(args).skip(4)).toArray(String[]::new);
		try (Node node = new TestDatabase.Url(args[3]).start(properties)) {
			TortureNode torture = new TortureNode(node, Integer.parseInt(args[0]), Path.of(args[1]),
					Long.parseLong(args[2]));
			torture.start();
			answers.println(READY);
			commands.readLine();
			torture.finishWriting();
			answers.println(WRITTEN);
			commands.readLine();
			torture.finishReading();
		}
	}

	private void start() {
		for (int writer = 0; writer < WRITERS; writer++) {
			int id = this.number * MAX_WRITERS + writer;
			TortureWriter writes = new TortureWriter(this.node, id, journal("writer-" + this.number + "-" + writer),
					random(writer), writer == 0);
			this.writers.add(started("writer " + id, () -> writes.run(this.writing::get)));
		}
		TortureConsumer consumer = new TortureConsumer(this.node, journal("consumer-" + this.number), random(WRITERS));
		this.writers.add(started("consumer", () -> consumer.run(this.writing::get)));
		for (boolean inTransactions : new boolean[] { true, false }) {
			List<TortureReader> both = Stream.of(ALPHA, BETA)
				.map((stack) -> new TortureReader(this.node, stack,
						journal("reader-" + this.number + (inTransactions ? "-in-transactions." : "-outside.")
								+ stack)))
				.toList();
			this.readers.add(started("reader", () -> TortureReader.follow(both, inTransactions, this.reading::get)));
		}
	}

	@SuppressWarnings("resource") // ends with the process
	private TortureJournal journal(String name) {
		return new TortureJournal(this.directory.resolve(name));
	}

	private Random random(int thread) {
		return new Random(31 * (31 * this.seed + this.number) + thread);
	}

	private static Thread started(String name, Runnable work) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private void finishWriting() throws InterruptedException {
		this.writing.set(false);
		for (Thread thread : this.writers) {
			thread.join();
		}
	}

	private void finishReading() throws InterruptedException {
		this.reading.set(false);
		for (Thread thread : this.readers) {
			thread.join();
		}
	}

}
