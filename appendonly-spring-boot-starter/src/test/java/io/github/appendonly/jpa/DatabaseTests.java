package io.github.appendonly.jpa;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs tests against an application that they share. Each test has its own structures.
 */
public abstract class DatabaseTests {

	/** Longer than anything takes, unless it hangs. */
	public static final Duration WAIT = Duration.ofSeconds(60);

	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	protected TestDatabase database;

	protected final String name = Node.newName();

	protected Node node() {
		return this.database.shared();
	}

	/**
	 * Another node on the same database.
	 */
	protected Node secondNode() {
		return this.database.shared("spring.application.name=second");
	}

	/**
	 * A node that places nothing on its own after a commit: what it leaves in the inbox
	 * is what a node would leave that crashed there.
	 */
	protected Node idleNode() {
		return this.database.shared("appendonly.group-commit.enabled=false");
	}

	protected AppendStack<String> stack() {
		return stack(this.name);
	}

	protected AppendStack<String> stack(String name) {
		return node().structures().stack(name, String.class);
	}

	protected AppendStack<String> stack(Consumer<StackSettings<String>> settings) {
		return node().structures().stack(this.name, String.class, settings);
	}

	/**
	 * Commits items that stay in the inbox. A node that starts afterwards would place
	 * them, so nodes that a test needs must have started before.
	 */
	protected void leaveInInbox(String... items) {
		node();
		AppendStack<String> stack = idleNode().structures().stack(this.name, String.class);
		for (String item : items) {
			idleNode().inTransaction(() -> stack.push(item));
		}
	}

	protected long inboxRows() {
		return inboxRows(this.name);
	}

	protected long inboxRows(String name) {
		return rows("appendonly_inbox", "name", name);
	}

	protected long rows(String table, String column, String name) {
		return node().jdbc()
			.sql("select count(*) from " + table + " where " + column + " = ?")
			.param(name)
			.query(Long.class)
			.single();
	}

	/**
	 * Does something outside of the caller's transaction.
	 */
	public static <R> R elsewhere(Supplier<R> work) {
		return CompletableFuture.supplyAsync(work).orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
	}

	public static void runElsewhere(Runnable work) {
		elsewhere(() -> {
			work.run();
			return true;
		});
	}

	public static Consumer<StackSettings<String>> bounds(int maxLayers, int maxLength) {
		return (stack) -> stack.bounds(maxLayers, maxLength);
	}

	/**
	 * All items, oldest first.
	 */
	public static List<String> items(Entries<String> entries) {
		return entries.fromOldest(Integer.MAX_VALUE).entries().stream().map(Entry::item).toList();
	}

	/**
	 * Checks that these are all the items, oldest first, in layers of the default length
	 * without gaps.
	 */
	public static void assertHolds(Entries<String> entries, String... items) {
		List<Entry<String>> expected = IntStream.range(0, items.length)
			.mapToObj((i) -> new Entry<>(
					new Position(i / StackBounds.DEFAULT_MAX_LENGTH, i % StackBounds.DEFAULT_MAX_LENGTH), items[i]))
			.toList();
		assertThat(entries.fromOldest(Integer.MAX_VALUE).entries()).isEqualTo(expected);
	}

}
