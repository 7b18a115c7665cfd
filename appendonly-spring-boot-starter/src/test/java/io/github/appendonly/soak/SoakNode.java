package io.github.appendonly.soak;

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
import java.util.concurrent.locks.LockSupport;

import io.github.appendonly.AppendStack;
import io.github.appendonly.History;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.torture.TortureJournal;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedRuntimeException;

/**
 * The main class of a JVM with one application: writers, some of the followers, and all
 * durable subscribers. A line on the standard input ends the writing. The end of the
 * input lets the followers and subscribers come to the end, and then ends everything.
 */
final class SoakNode {

	static final String ALPHA = "alpha";

	static final String BETA = "beta";

	static final List<String> STACKS = List.of(ALPHA, BETA);

	static final String READY = "ready";

	static final String WRITTEN = "written";

	static final int FOLLOWERS = 50;

	static final int WRITERS = 1;

	/** So that the numbers of all writers of all nodes differ. */
	static final int MAX_WRITERS = 100;

	private static final long PAUSE = 500_000_000;

	private final Node node;

	private final int number;

	private final int share;

	private final Path directory;

	private final Random seeds;

	private final AtomicBoolean writing = new AtomicBoolean(true);

	private final AtomicBoolean running = new AtomicBoolean(true);

	private volatile boolean farBehind;

	private final List<Thread> writers = new ArrayList<>();

	private final List<SoakFollower> followers = new ArrayList<>();

	private final SoakSubscribers subscribers;

	private SoakNode(Node node, int number, int share, Path directory, long seed) {
		this.node = node;
		this.number = number;
		this.share = share;
		this.directory = directory;
		this.seeds = new Random(31 * seed + number);
		this.subscribers = new SoakSubscribers(node, directory, new Random(this.seeds.nextLong()));
	}

	/**
	 * Runs a node.
	 * @param args its number, which of the shares of all followers it has, the number of
	 * shares, a directory for its journals, the seed, the database's URL, and properties
	 */
	public static void main(String... args) throws Exception {
		PrintStream answers = System.out;
		System.setOut(System.err); // where logging goes, then
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> end(failure));
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		String[] properties = Arrays.stream(args).skip(6).toArray(String[]::new);
		try (Node node = new TestDatabase.Url(args[5]).start(properties)) {
			SoakNode soak = new SoakNode(node, Integer.parseInt(args[0]), Integer.parseInt(args[1]), Path.of(args[3]),
					Long.parseLong(args[4]));
			soak.start(Integer.parseInt(args[2]));
			answers.println(READY);
			commands.readLine();
			soak.finishWriting();
			answers.println(WRITTEN);
			commands.readLine();
			soak.finishFollowing();
		}
	}

	/**
	 * Ends the process, because something has happened that must not.
	 */
	static @Nullable Void end(Throwable failure) {
		failure.printStackTrace();
		Runtime.getRuntime().halt(1);
		return null;
	}

	static AppendStack<String> stack(Node node, String name) {
		return node.structures().stack(name, String.class, StackSettings::archived);
	}

	static History<String> history(Node node, String name) {
		return node.structures().history(name, String.class);
	}

	/**
	 * The stack of a follower. There are followers of each kind for each stack.
	 */
	static String stackOf(int follower) {
		return STACKS.get(follower / SoakFollower.Kind.values().length % STACKS.size());
	}

	static SoakFollower.Kind kindOf(int follower) {
		return List.of(SoakFollower.Kind.values()).get(follower % SoakFollower.Kind.values().length);
	}

	static String nameOf(int follower) {
		return "follower-" + follower;
	}

	private void start(int shares) {
		STACKS.forEach((name) -> stack(this.node, name));
		for (int follower = this.share; follower < FOLLOWERS; follower += shares) {
			this.followers.add(new SoakFollower(kindOf(follower), history(this.node, stackOf(follower)),
					new SoakTrail(this.directory, nameOf(follower), this.number)));
		}
		this.followers.forEach(SoakFollower::start);
		this.subscribers.start();
		for (int writer = 0; writer < WRITERS; writer++) {
			this.writers.add(startWriter(this.number * MAX_WRITERS + writer));
		}
		started("observer", this::observe);
	}

	@SuppressWarnings("resource") // the journal ends with the process
	private Thread startWriter(int id) {
		SoakWriter writer = new SoakWriter(this.node, id, new TortureJournal(this.directory.resolve("writer-" + id)),
				new Random(this.seeds.nextLong()));
		return started("writer " + id, () -> writer.run(this.writing::get, () -> this.farBehind));
	}

	private static Thread started(String name, Runnable work) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private void observe() {
		while (this.running.get()) {
			this.followers.forEach(SoakFollower::resume);
			try {
				this.farBehind = this.subscribers.isFarBehind();
			}
			catch (NestedRuntimeException ex) {
				// the database is gone
			}
			LockSupport.parkNanos(PAUSE);
		}
	}

	private void finishWriting() throws InterruptedException {
		this.writing.set(false);
		for (Thread thread : this.writers) {
			thread.join();
		}
	}

	private void finishFollowing() {
		this.subscribers.awaitCaughtUp();
		this.followers.forEach(SoakFollower::awaitCaughtUp);
		this.running.set(false);
	}

}
