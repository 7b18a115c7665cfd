package io.github.appendonly.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.SubscriberStatus;
import io.github.appendonly.subscriber.Subscribers;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The durable subscribers of a node. All nodes have the same ones. Those in transactions
 * insert a row for each entry. The others write a line into a file that all nodes share,
 * for each batch.
 */
final class SoakSubscribers {

	static final String CREATE = """
			create table soak_effect (id bigint generated always as identity primary key, subscriber varchar(20),
			generation bigint, place integer, item varchar(40))""";

	/** The subscribers in transactions, and their stacks. */
	static final List<Subscriber> TRANSACTIONAL = List.of(new Subscriber("batches", SoakNode.ALPHA),
			new Subscriber("entries", SoakNode.BETA), new Subscriber("steps", SoakNode.ALPHA),
			new Subscriber("failing", SoakNode.BETA));

	/** The subscribers outside of transactions, and their stacks. */
	static final List<Subscriber> OUTSIDE = List.of(new Subscriber("mails", SoakNode.ALPHA),
			new Subscriber("failing-hooks", SoakNode.BETA));

	private static final Duration WAIT = Duration.ofMinutes(2);

	/** Writers wait while a subscriber has more entries before it. */
	private static final int MAX_LAG = 5_000;

	private static final int FAILS_AFTER = 50;

	/**
	 * A subscriber.
	 *
	 * @param id its name
	 * @param stack its stack
	 */
	record Subscriber(String id, String stack) {
	}

	private final Subscribers subscribers;

	private final JdbcOperations jdbc;

	private final Path directory;

	private final Random random;

	SoakSubscribers(Node node, Path directory, Random random) {
		this.subscribers = node.bean(Subscribers.class);
		this.jdbc = node.bean(JdbcOperations.class);
		this.directory = directory;
		this.random = random;
	}

	static void create(JdbcClient jdbc) {
		jdbc.sql(CREATE).update();
	}

	@SuppressWarnings("resource") // end with the process
	void start() {
		this.subscribers.register(definition("batches").forEachBatch((entries) -> insert("batches", entries)));
		this.subscribers.register(definition("entries").forEachEntry((entry) -> insert("entries", List.of(entry))));
		this.subscribers.register(definition("steps").forEachStep((step) -> insert("steps", step.entries())));
		this.subscribers.register(failing("failing").forEachBatch((entries) -> {
			insert("failing", entries);
			failNowAndThen();
		}));
		FileChannel mails = file("mails");
		this.subscribers
			.register(definition("mails").transactional(false).forEachBatch((entries) -> append(mails, entries)));
		FileChannel hooks = file("failing-hooks");
		this.subscribers.register(failing("failing-hooks").transactional(false).forEachBatch((entries) -> {
			append(hooks, entries);
			failNowAndThen();
		}));
	}

	private static SubscriberDefinition.Builder<String> definition(String id) {
		String stack = Stream.of(TRANSACTIONAL, OUTSIDE)
			.flatMap(List::stream)
			.filter((subscriber) -> subscriber.id().equals(id))
			.findFirst()
			.orElseThrow()
			.stack();
		return SubscriberDefinition.of(stack, id, String.class);
	}

	private static SubscriberDefinition.Builder<String> failing(String id) {
		return definition(id).maxAttempts(Integer.MAX_VALUE).backOff(Duration.ofMillis(5), Duration.ofMillis(100));
	}

	private void insert(String id, List<Entry<String>> entries) {
		this.jdbc.batchUpdate("insert into soak_effect (subscriber, generation, place, item) values (?, ?, ?, ?)",
				entries.stream().map((entry) -> {
					Position position = entry.position();
					return new Object[] { id, position.generation(), position.index(), entry.item() };
				}).toList());
	}

	/**
	 * Appends a line at once, so that lines of several nodes do not mix.
	 */
	private static void append(FileChannel file, List<Entry<String>> entries) throws IOException {
		int first = Soaked.number(entries.get(0).position());
		SoakTrail.Seen seen = new SoakTrail.Seen(first, first, 0);
		for (Entry<String> entry : entries) {
			seen = seen.with(Soaked.number(entry.position()), entry);
		}
		file.write(ByteBuffer.wrap((seen + ";\n").getBytes(StandardCharsets.UTF_8)));
	}

	private FileChannel file(String id) {
		try {
			return FileChannel.open(this.directory.resolve(id), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void failNowAndThen() {
		if (this.random.nextInt(FAILS_AFTER) == 0) {
			throw new IllegalStateException("On purpose");
		}
	}

	/**
	 * Whether a subscriber is far behind. This must not fail when the database is gone.
	 */
	boolean isFarBehind() {
		return this.subscribers.status().stream().mapToLong(SubscriberStatus::lag).anyMatch((lag) -> lag > MAX_LAG);
	}

	/**
	 * Waits until all of them have handled everything.
	 */
	void awaitCaughtUp() {
		List.of(TRANSACTIONAL, OUTSIDE)
			.forEach((all) -> all.forEach((each) -> this.subscribers.awaitCaughtUp(each.id(), WAIT)));
	}

}
