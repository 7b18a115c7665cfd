package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many writers, in and out of transactions of which a third rolls back, and readers that
 * follow: the history is what the writers know to be acknowledged, each in its order, and
 * the readers have seen just that.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ExactHistoryTests {

	private static final int WRITERS = 16;

	private static final int TURNS = 25;

	private static final int MAX_LENGTH = 7;

	@Parameter
	TestDatabase database = TestDatabase.H2;

	private final String name = Node.newName();

	@Test
	void oneNode() throws Exception {
		try (Node node = this.database.start()) {
			run(List.of(node));
		}
	}

	@Test
	void twoNodes() throws Exception {
		try (Node node = this.database.start(); Node another = node.another()) {
			run(List.of(node, another));
		}
	}

	@Test
	void twoNodesOfWhichOneDoesNotGroupItsCommits() throws Exception {
		try (Node node = this.database.start(); Node another = node.another("appendonly.group-commit.enabled=false")) {
			run(List.of(node, another));
		}
	}

	@Test
	void twoNodesOfWhichOneUsesPortableSql() throws Exception {
		try (Node node = this.database.start(); Node another = node.another("appendonly.portable-sql=true")) {
			run(List.of(node, another));
		}
	}

	@Test
	void poolOfOneConnection() throws Exception {
		try (Node node = this.database.start("spring.datasource.hikari.maximum-pool-size=1")) {
			run(List.of(node));
		}
	}

	private void run(List<Node> nodes) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(WRITERS + nodes.size());
		try {
			CyclicBarrier start = new CyclicBarrier(WRITERS + nodes.size());
			AtomicBoolean writing = new AtomicBoolean(true);
			List<Future<List<Entry<String>>>> followers = new ArrayList<>();
			for (Node node : nodes) {
				followers.add(threads.submit(() -> {
					start.await();
					return follow(history(node), writing);
				}));
			}
			List<Future<List<String>>> writers = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				Writer writer = new Writer(i, nodes.get(i % nodes.size()));
				writers.add(threads.submit(() -> {
					start.await();
					return writer.write();
				}));
			}
			Map<Integer, List<String>> acknowledged = new HashMap<>();
			try {
				for (int i = 0; i < WRITERS; i++) {
					acknowledged.put(i, writers.get(i).get());
				}
			}
			finally {
				writing.set(false);
			}
			List<Entry<String>> history = new ArrayList<>(history(nodes.get(0)).stream().toList());
			Collections.reverse(history);
			assertExact(history, acknowledged);
			for (Future<List<Entry<String>>> follower : followers) {
				assertThat(follower.get()).isEqualTo(history);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void assertExact(List<Entry<String>> history, Map<Integer, List<String>> acknowledged) {
		for (int i = 0; i < history.size(); i++) {
			assertThat(history.get(i).position()).isEqualTo(new Position(i / MAX_LENGTH, i % MAX_LENGTH));
		}
		Map<Integer, List<String>> found = new HashMap<>();
		for (Entry<String> entry : history) {
			int writer = Integer.parseInt(entry.item().substring(0, entry.item().indexOf(':')));
			found.computeIfAbsent(writer, (key) -> new ArrayList<>()).add(entry.item());
		}
		assertThat(found).isEqualTo(acknowledged);
	}

	private History<String> history(Node node) {
		return node.structures().history(this.name, String.class);
	}

	private static List<Entry<String>> follow(History<String> history, AtomicBoolean writing) {
		List<Entry<String>> seen = new ArrayList<>();
		while (true) {
			boolean last = !writing.get();
			Changes<String> changes = seen.isEmpty() ? history.fromOldest(13)
					: history.since(seen.get(seen.size() - 1).position(), 13);
			assertThat(changes.expired()).isFalse();
			seen.addAll(changes.entries());
			if (last && changes.caughtUp()) {
				return seen;
			}
		}
	}

	private final class Writer {

		private final int number;

		private final Node node;

		private final AppendStack<String> stack;

		private final Random random;

		private final List<String> acknowledged = new ArrayList<>();

		private int items;

		Writer(int number, Node node) {
			this.number = number;
			this.node = node;
			this.random = new Random(number);
			StackSettings<String> settings = StackSettings.<String>unchanged()
				.withBounds(new StackBounds(3, MAX_LENGTH))
				.withArchive(true);
			this.stack = node.structures().stack(ExactHistoryTests.this.name, String.class, settings);
		}

		List<String> write() throws Exception {
			for (int turn = 0; turn < TURNS; turn++) {
				switch (this.random.nextInt(6)) {
					case 0 -> acknowledge(() -> {
						List<String> item = newItems(1);
						this.stack.push(item.get(0));
						return item;
					});
					case 1 -> acknowledge(() -> {
						List<String> several = newItems(this.random.nextInt(12));
						this.stack.pushAll(several);
						return several;
					});
					case 2 -> acknowledge(() -> {
						List<String> item = newItems(1);
						this.stack.pushAsync(item.get(0)).get();
						return item;
					});
					default -> transaction();
				}
			}
			return this.acknowledged;
		}

		private void acknowledge(Callable<List<String>> push) throws Exception {
			this.acknowledged.addAll(push.call());
		}

		private void transaction() {
			boolean commits = this.random.nextInt(3) > 0;
			List<String> pushed = new ArrayList<>();
			this.node.transaction().executeWithoutResult((status) -> {
				for (int i = this.random.nextInt(4); i >= 0; i--) {
					List<String> some = newItems(1 + this.random.nextInt(3));
					this.stack.pushAll(some);
					pushed.addAll(some);
				}
				if (this.random.nextInt(8) == 0) {
					assertThat(this.stack.newest().orElseThrow().item()).isEqualTo(pushed.get(pushed.size() - 1));
				}
				if (!commits) {
					status.setRollbackOnly();
				}
			});
			if (commits) {
				this.acknowledged.addAll(pushed);
			}
		}

		private List<String> newItems(int count) {
			List<String> created = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				created.add(this.number + ":" + this.items++);
			}
			return created;
		}

	}

}
