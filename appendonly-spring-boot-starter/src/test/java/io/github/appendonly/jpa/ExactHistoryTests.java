package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.Writers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many writers push onto one stack in every possible way, and roll back a third of their
 * transactions. Readers follow the stack, inside and outside transactions. The history
 * must consist of the items that the writers know to be committed, each writer's in
 * order. The readers must have seen exactly that history.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ExactHistoryTests extends DatabaseTests {

	private static final int WRITERS = 16;

	private static final int STEPS = 15;

	private static final int MAX_LENGTH = 7;

	@Test
	void oneNode() throws Exception {
		run(List.of(node()));
	}

	@Test
	void twoNodes() throws Exception {
		run(List.of(node(), secondNode()));
	}

	@Test
	void twoNodesOfWhichOneCommitsNoGroups() throws Exception {
		run(List.of(node(), idleNode()));
	}

	@Test
	void twoNodesOfWhichOneUsesPortableSql() throws Exception {
		run(List.of(node(), this.database.shared("appendonly.portable-sql=true")));
	}

	@Test
	void poolOfOneConnection() throws Exception {
		run(List.of(this.database.shared("spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-timeout=10000")));
	}

	@Test
	void nodeThatCommitsNoGroups() throws Exception {
		run(List.of(idleNode()));
	}

	private void run(List<Node> nodes) throws Exception {
		List<AppendStack<String>> stacks = new ArrayList<>();
		for (Node node : nodes) {
			stacks.add(node.structures()
				.stack(this.name, String.class, bounds(2, MAX_LENGTH).andThen((with) -> with.archived())));
		}
		Map<Integer, List<String>> committed = new ConcurrentHashMap<>();
		Map<Integer, List<Entry<String>>> followed = new ConcurrentHashMap<>();
		AtomicInteger writing = new AtomicInteger(WRITERS);
		Writers.run(WRITERS + 2 * nodes.size(), (thread) -> {
			if (thread < WRITERS) {
				try {
					committed.put(thread, write(nodes, stacks, thread));
				}
				finally {
					writing.decrementAndGet();
				}
			}
			else {
				Node node = nodes.get(thread % nodes.size());
				boolean inTransactions = thread < WRITERS + nodes.size();
				followed.put(thread, inTransactions ? followInTransactions(node, () -> writing.get() > 0)
						: Writers.follow(history(node), 20, () -> writing.get() > 0));
			}
		});
		assertExact(committed, followed);
	}

	private History<String> history(Node node) {
		return node.structures().history(this.name, String.class);
	}

	/**
	 * Writes in ways chosen at random, and in the case of more than one node by any of
	 * them.
	 * @return what was committed
	 */
	private List<String> write(List<Node> nodes, List<AppendStack<String>> stacks, int writer) {
		Random random = new Random(writer);
		AtomicInteger number = new AtomicInteger();
		List<String> committed = new ArrayList<>();
		for (int step = 0; step < STEPS; step++) {
			int node = random.nextInt(nodes.size());
			AppendStack<String> stack = stacks.get(node);
			switch (random.nextInt(6)) {
				case 0 -> next(writer, number, committed, 1).forEach(stack::push);
				case 1 -> stack.pushAll(next(writer, number, committed, 1 + random.nextInt(20)));
				case 2 -> {
					int ahead = groups(nodes.get(node)) ? 1 + random.nextInt(4) : 1;
					List<CompletableFuture<Position>> placed = next(writer, number, committed, ahead).stream()
						.map(stack::pushAsync)
						.toList();
					assertThat(placed.stream().map(CompletableFuture::join)).isSorted();
				}
				default -> {
					List<String> inTransaction = new ArrayList<>();
					boolean commits = random.nextInt(3) > 0;
					nodes.get(node).transaction().executeWithoutResult((status) -> {
						writeInTransaction(stack, random,
								() -> next(writer, number, inTransaction, 1 + random.nextInt(3)));
						if (!commits) {
							status.setRollbackOnly();
						}
					});
					if (commits) {
						committed.addAll(inTransaction);
					}
				}
			}
		}
		return committed;
	}

	/**
	 * Asynchronous pushes that do not wait for each other keep their order in a group
	 * only.
	 */
	private boolean groups(Node node) {
		return node != idleNode();
	}

	private static void writeInTransaction(AppendStack<String> stack, Random random, Supplier<List<String>> next) {
		int pushes = 1 + random.nextInt(4);
		for (int i = 0; i < pushes; i++) {
			List<String> items = next.get();
			if (items.size() == 1) {
				stack.push(items.get(0));
			}
			else {
				stack.pushAll(items);
			}
			if (random.nextInt(12) == 0) {
				assertThat(stack.newest().map(Entry::item)).contains(items.get(items.size() - 1));
			}
		}
	}

	private static List<String> next(int writer, AtomicInteger number, List<String> all, int count) {
		List<String> items = IntStream.range(0, count)
			.mapToObj((i) -> Writers.item(writer, number.getAndIncrement()))
			.toList();
		all.addAll(items);
		return items;
	}

	/**
	 * Follows in a transaction for each step, where a read trails what is committed; the
	 * rest outside.
	 */
	private List<Entry<String>> followInTransactions(Node node, BooleanSupplier writing) {
		History<String> history = history(node);
		TransactionTemplate transaction = node.transaction();
		transaction.setReadOnly(true);
		List<Entry<String>> seen = new ArrayList<>();
		while (writing.getAsBoolean()) {
			transaction.executeWithoutResult((status) -> seen.addAll(step(history, seen).entries()));
		}
		Changes<String> rest;
		do {
			rest = step(history, seen);
			seen.addAll(rest.entries());
		}
		while (!rest.caughtUp());
		return seen;
	}

	private static Changes<String> step(History<String> history, List<Entry<String>> seen) {
		return seen.isEmpty() ? history.fromOldest(20) : history.since(seen.get(seen.size() - 1).position(), 20);
	}

	private void assertExact(Map<Integer, List<String>> committed, Map<Integer, List<Entry<String>>> followed) {
		assertThat(inboxRows()).isZero();
		List<Entry<String>> all = history(node()).fromOldest(Integer.MAX_VALUE).entries();
		for (int i = 0; i < all.size(); i++) {
			assertThat(all.get(i).position()).isEqualTo(new Position(i / MAX_LENGTH, i % MAX_LENGTH));
		}
		assertThat(all).hasSize(committed.values().stream().mapToInt(List::size).sum());
		committed.forEach((writer,
				items) -> assertThat(all.stream().map(Entry::item).filter((item) -> item.startsWith(writer + ":")))
					.containsExactlyElementsOf(items));
		assertThat(followed).isNotEmpty();
		followed.forEach((thread, seen) -> assertThat(seen).isEqualTo(all));
		assertThat(node().structures().status(this.name).bounds()).isEqualTo(new StackBounds(2, MAX_LENGTH));
		assertThat(node().structures().status(this.name).layers().size()).isLessThanOrEqualTo(2);
	}

}
