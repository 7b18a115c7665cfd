package io.github.appendonly.jpa.sequencer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many writers push onto many stacks, each in ways chosen at random, so that pushes onto
 * different stacks share commits. Each stack must have exactly what was committed, each
 * writer's items in order, without gaps.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ManyStacksTests extends DatabaseTests {

	private static final int WRITERS = 8;

	private static final int STACKS = 12;

	private static final int STEPS = 60;

	private static final int MAX_LENGTH = 5;

	@Test
	void oneNode() throws Exception {
		run(List.of(node()));
	}

	@Test
	void twoNodes() throws Exception {
		run(List.of(node(), secondNode()));
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

	private String stackName(int number) {
		return this.name + "-" + number;
	}

	private void run(List<Node> nodes) throws Exception {
		Map<Integer, List<String>> expected = new ConcurrentHashMap<>();
		Writers.run(WRITERS, (writer) -> expected.putAll(write(nodes.get(writer % nodes.size()), writer)));
		for (int number = 0; number < STACKS; number++) {
			List<Entry<String>> entries = nodes.get(0)
				.structures()
				.stack(stackName(number), String.class)
				.fromOldest(Integer.MAX_VALUE)
				.entries();
			List<String> items = entries.stream().map(Entry::item).toList();
			assertThat(entries.stream().map(Entry::position))
				.isEqualTo(IntStream.range(0, items.size()).mapToObj((i) -> Numbered.position(i, MAX_LENGTH)).toList());
			int all = 0;
			for (int writer = 0; writer < WRITERS; writer++) {
				String own = writer + ":";
				List<String> committed = expected.getOrDefault(writer * STACKS + number, List.of());
				assertThat(items.stream().filter((item) -> item.startsWith(own))).isEqualTo(committed);
				all += committed.size();
			}
			assertThat(items).hasSize(all);
		}
	}

	/**
	 * Pushes onto the stacks.
	 * @return what was committed on each
	 */
	private Map<Integer, List<String>> write(Node node, int writer) {
		Random random = new Random(writer);
		Map<Integer, List<String>> pushed = new ConcurrentHashMap<>();
		List<AppendStack<String>> stacks = IntStream.range(0, STACKS)
			.mapToObj((number) -> node.structures().stack(stackName(number), String.class, bounds(1000, MAX_LENGTH)))
			.toList();
		List<CompletableFuture<Position>> open = new ArrayList<>();
		for (int step = 0; step < STEPS; step++) {
			int number = random.nextInt(STACKS);
			String item = writer + ":" + step;
			List<Integer> numbers = List.of(number);
			switch (random.nextInt(6)) {
				case 0 -> {
					join(open);
					node.inTransaction(() -> stacks.get(number).push(item));
				}
				case 1, 2 -> open.add(stacks.get(number).pushAsync(item));
				case 3 -> {
					join(open);
					numbers = (writer == 0) ? List.of(number, (number + 1 + random.nextInt(STACKS - 1)) % STACKS)
							: numbers;
					place(node, numbers.stream().map(stacks::get).toList(), item);
				}
				default -> stacks.get(number).push(item);
			}
			numbers.forEach(
					(each) -> pushed.computeIfAbsent(writer * STACKS + each, (key) -> new ArrayList<>()).add(item));
		}
		join(open);
		return pushed;
	}

	/**
	 * Asynchronous pushes do not keep their order with transactions.
	 */
	private static void join(List<CompletableFuture<Position>> open) {
		open.forEach((future) -> assertThat(future).succeedsWithin(WAIT));
		open.clear();
	}

	/**
	 * Places an item on stacks in one transaction, in any order. Only one writer does so
	 * with several stacks: two would block each other, as any transactions would.
	 */
	private static void place(Node node, List<AppendStack<String>> stacks, String item) {
		node.inTransaction(() -> stacks.forEach((stack) -> {
			stack.push(item);
			assertThat(stack.newest()).map(Entry::item).contains(item);
		}));
	}

}
