package io.github.appendonly.jpa;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.repository.StackRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class DropTests extends DatabaseTests {

	private static final Map<String, String> TABLES = Map.of("appendonly_stack", "name", "appendonly_slice", "stack",
			"appendonly_inbox", "name", "appendonly_accumulator", "name", "appendonly_archived_layer", "archive",
			"appendonly_set_aside", "name", "appendonly_key", "name");

	private void drop() {
		node().structures().drop(this.name);
	}

	private Accumulator<String> accumulator() {
		return node().structures().accumulator(this.name, String.class);
	}

	/**
	 * Items 0 to 5 in the archive, 6 to 8 in the stack, 9 and 10 in the inbox, a row that
	 * was set aside, and two in the accumulator of the same name.
	 */
	private void fill() {
		stack(bounds(2, 2).andThen((with) -> with.archived())).pushAll(Numbered.items(0, 8));
		stack().push("8", "key");
		accumulator().append("a");
		accumulator().append("b");
		node().jdbc()
			.sql("insert into appendonly_inbox (name, length, items) values (?, 2, 'x')")
			.param(this.name)
			.update();
		assertThat(stack().size()).isEqualTo(3);
		leaveInInbox("9", "10");
	}

	/**
	 * All rows there are of the name.
	 */
	private Map<String, List<Map<String, Object>>> contents() {
		Map<String, List<Map<String, Object>>> contents = new LinkedHashMap<>();
		TABLES.forEach((table, column) -> contents.put(table,
				node().jdbc()
					.sql("select * from " + table + " where " + column + " = ?")
					.param(this.name)
					.query()
					.listOfRows()));
		return contents;
	}

	/**
	 * Checks that only the accumulator is left.
	 */
	private void assertGone(String... accumulated) {
		Map<String, List<Map<String, Object>>> contents = contents();
		assertThat(contents.remove("appendonly_accumulator")).hasSameSizeAs(List.of(accumulated));
		assertThat(contents.values()).hasSize(TABLES.size() - 1).allMatch(List::isEmpty);
		assertThat(stack()).isEmpty();
		assertThat(accumulator()).containsExactly(accumulated);
	}

	@Test
	void outsideOfTransactionsItTakesTheStackWithItsArchive() {
		fill();
		assertThat(contents().values()).noneMatch(List::isEmpty);
		drop();
		assertGone("a", "b");
		assertThat(node().structures().history(this.name, String.class)).isEmpty();
		assertThat(node().structures().status(this.name)).isEqualTo(new StackStatus(this.name, StackBounds.DEFAULT,
				false, Optional.empty(), List.of(), 0, 0, node().structures().status(this.name).conflicts()));
	}

	@Test
	void firstPushAfterwardsIsTheFirstOfANewStack() {
		fill();
		drop();
		stack().push("new");
		assertHolds(stack(), "new");
		assertThat(stack().pushAsync("next")).succeedsWithin(WAIT).isEqualTo(new Position(0, 1));
	}

	/**
	 * A handle that wants layers archived may still be there, as that of a bean is.
	 */
	@Test
	void nextStackIsMadeAsHandlesOfTheNodeWantIt() {
		fill();
		drop();
		stack().pushAll(Numbered.items(0, 9));
		assertThat(node().structures().status(this.name).bounds()).isEqualTo(new StackBounds(2, 2));
		assertThat(node().structures().history(this.name, String.class).size()).isEqualTo(9);
	}

	@Test
	void firstPushInATransactionAfterwardsIsTheFirstOfANewStack() {
		fill();
		drop();
		node().inTransaction(() -> stack().push("new"));
		assertHolds(stack(), "new");
	}

	@Test
	void inATransactionItTakesTheStackWithItsArchive() {
		fill();
		node().inTransaction(this::drop);
		assertGone("a", "b");
	}

	@Test
	void inATransactionItTakesWhatThatHasPushedBefore() {
		fill();
		node().inTransaction(() -> {
			stack().push("before");
			accumulator().append("c");
			drop();
		});
		assertGone("a", "b", "c");
	}

	@Test
	void whatTheTransactionPushesAfterwardsStays() {
		fill();
		node().inTransaction(() -> {
			stack().push("before");
			drop();
			stack().push("after");
		});
		assertHolds(stack(), "after");
	}

	@Test
	void transactionThatReadsFindsWhatItHasPushedAfterwards() {
		fill();
		node().inTransaction(() -> {
			stack().push("before");
			assertThat(items(stack())).endsWith("before");
			drop();
			assertThat(items(stack())).isEmpty();
			stack().push("after");
			assertHolds(stack(), "after");
			stack().push("after that");
		});
		assertHolds(stack(), "after", "after that");
	}

	@Test
	void dropsAndPushesMayTakeTurnsInATransaction() {
		node().inTransaction(() -> {
			for (int i = 0; i < 3; i++) {
				drop();
				stack().push("" + i);
				assertHolds(stack(), "" + i);
			}
			stack().push("3");
		});
		assertHolds(stack(), "2", "3");
	}

	@Test
	void othersDoNotSeeItBeforeTheCommit() {
		fill();
		Map<String, List<Map<String, Object>>> before = contents();
		node().inTransaction(() -> {
			drop();
			assertThat(elsewhere(this::contents)).isEqualTo(before);
		});
		assertGone("a", "b");
	}

	@Test
	void rolledBackItLeavesEverythingAsItWas() {
		fill();
		Map<String, List<Map<String, Object>>> before = contents();
		node().transaction().executeWithoutResult((status) -> {
			stack().push("before");
			accumulator().append("before");
			drop();
			stack().push("after");
			accumulator().append("after");
			assertHolds(stack(), "after");
			status.setRollbackOnly();
		});
		assertThat(contents()).isEqualTo(before);
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 11));
		assertThat(accumulator()).containsExactly("a", "b");
	}

	@Test
	void ofANameThatNeverWasItDoesNothing() {
		drop();
		assertGone();
		node().inTransaction(this::drop);
		assertGone();
	}

	private void dropAccumulator() {
		node().structures().dropAccumulator(this.name);
	}

	@Test
	void accumulatorIsDroppedWithoutTheStackOfItsName() {
		fill();
		dropAccumulator();
		assertThat(accumulator()).isEmpty();
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 11));
		dropAccumulator();
		assertThat(accumulator()).isEmpty();
	}

	@Test
	void accumulatorIsDroppedWithWhatTheTransactionHasAppendedBeforeAndNotWithTheRest() {
		fill();
		node().inTransaction(() -> {
			stack().push("11");
			accumulator().append("before");
			dropAccumulator();
			assertThat(accumulator()).isEmpty();
			accumulator().append("after");
		});
		assertThat(accumulator()).containsExactly("after");
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 12));
	}

	@Test
	void droppingAnAccumulatorCanBeRolledBack() {
		fill();
		node().transaction().executeWithoutResult((status) -> {
			dropAccumulator();
			status.setRollbackOnly();
		});
		assertThat(accumulator()).containsExactly("a", "b");
	}

	@Test
	void accumulatorIsDroppedWithWhatAConsumerGivesBack() {
		accumulator().extend(List.of("a", "b"));
		CompletableFuture<Void> dropping = node().transaction().execute((status) -> {
			assertThat(accumulator().consume(1)).containsExactly("a");
			status.setRollbackOnly();
			return CompletableFuture.runAsync(this::dropAccumulator);
		});
		assertThat(dropping).succeedsWithin(WAIT);
		assertThat(accumulator()).isEmpty();
	}

	@Test
	void leavesOtherNamesAlone() {
		AppendStack<String> other = stack(this.name + "-other");
		other.push("a");
		stack().push("b");
		drop();
		assertHolds(other, "a");
	}

	@Test
	void placementThatBeganBeforeItDoesNotFitTheNewStack() {
		StackRepository stacks = new JpaRepositoryFactory(node().entityManager()).getRepository(StackRepository.class);
		stack().pushAll(List.of("a", "b", "c"));
		StackHead before = stacks.head(this.name).orElseThrow();
		drop();
		stack().push("new");
		assertThat(stacks.head(this.name).orElseThrow().version()).isNotEqualTo(before.version());
		assertHolds(stack(), "new");
	}

	@Test
	void pushesBesideItGoOnAndKeepTheirOrder() throws Exception {
		List<Node> nodes = List.of(node(), secondNode());
		CountDownLatch acknowledgedBefore = new CountDownLatch(100);
		AtomicBoolean dropping = new AtomicBoolean();
		AtomicBoolean dropped = new AtomicBoolean();
		Set<String> mustBeGone = ConcurrentHashMap.newKeySet();
		Set<String> mustBeThere = ConcurrentHashMap.newKeySet();
		Writers.read(8, (writer) -> {
			Node node = nodes.get(writer % 2);
			AppendStack<String> stack = node.structures().stack(this.name, String.class, bounds(1000, 100));
			int after = 0;
			for (int i = 0; after < 10; i++) {
				String item = Writers.item(writer, i);
				boolean begunAfter = dropped.get();
				if (i % 3 == 0) {
					stack.push(item);
				}
				else if (i % 3 == 1) {
					assertThat(stack.pushAsync(item)).succeedsWithin(WAIT);
				}
				else {
					node.inTransaction(() -> stack.push(item));
				}
				if (!dropping.get()) {
					mustBeGone.add(item);
					acknowledgedBefore.countDown();
				}
				if (begunAfter) {
					mustBeThere.add(item);
					after++;
				}
			}
		}, (writing) -> {
			assertThat(acknowledgedBefore.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			dropping.set(true);
			drop();
			dropped.set(true);
			return true;
		});
		List<Entry<String>> left = stack().fromOldest(Integer.MAX_VALUE).entries();
		assertThat(left).extracting(Entry::position)
			.isEqualTo(Numbered.entries(0, left.size(), 100).stream().map(Entry::position).toList());
		assertThat(left).extracting(Entry::item).containsAll(mustBeThere).doesNotContainAnyElementsOf(mustBeGone);
		for (int writer = 0; writer < 8; writer++) {
			String own = writer + ":";
			List<Integer> numbers = left.stream()
				.map(Entry::item)
				.filter((item) -> item.startsWith(own))
				.map((item) -> Integer.valueOf(item.substring(own.length())))
				.toList();
			assertThat(numbers).isSorted().doesNotHaveDuplicates();
			int first = numbers.get(0);
			assertThat(numbers).hasSize(numbers.get(numbers.size() - 1) - first + 1);
		}
	}

	@Test
	void besideTheVeryFirstPushesOneComesBeforeTheOther() throws Exception {
		for (int round = 0; round < 10; round++) {
			String name = Node.newName();
			Writers.run(5, (thread) -> {
				Node node = (thread % 2 == 0) ? node() : secondNode();
				AppendStack<String> stack = node.structures().stack(name, String.class);
				switch (thread) {
					case 0, 1 -> stack.push("" + thread);
					case 2 -> node.inTransaction(() -> stack.push("2"));
					default -> node.structures().drop(name);
				}
			});
			List<String> left = items(stack(name));
			assertThat(left).isSubsetOf("0", "1", "2").doesNotHaveDuplicates();
			stack(name).push("last");
			List<Entry<String>> all = stack(name).fromOldest(10).entries();
			assertThat(all).extracting(Entry::item).isEqualTo(Stream.concat(left.stream(), Stream.of("last")).toList());
			assertThat(all).extracting(Entry::position)
				.isEqualTo(Numbered.entries(0, all.size(), 100).stream().map(Entry::position).toList());
		}
	}

}
