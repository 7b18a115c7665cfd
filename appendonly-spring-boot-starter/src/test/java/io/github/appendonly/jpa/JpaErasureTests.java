package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Entry;
import io.github.appendonly.Erasure;
import io.github.appendonly.ErasureContractTests;
import io.github.appendonly.Gone;
import io.github.appendonly.History;
import io.github.appendonly.HistoryContractTests.Archived;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.ItemConversionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class JpaErasureTests extends ErasureContractTests {

	private static final List<String> TABLES = List.of("stack", "slice", "inbox", "accumulator", "archived_layer",
			"set_aside", "subscriber");

	@Parameter
	TestDatabase database = TestDatabase.H2;

	private final String name = Node.newName();

	private Node node() {
		return this.database.shared();
	}

	private Node secondNode() {
		return this.database.shared("appendonly.portable-sql=true");
	}

	@Override
	protected Archived archived(StackBounds bounds) {
		String name = Node.newName();
		return new Archived(stack(node(), name, bounds), node().structures().archive(name, String.class));
	}

	@Override
	protected History<String> fromElsewhere(Archived archived) {
		String name = archived.stack().toString().replaceAll("stack '(.*)'", "$1");
		return secondNode().structures().history(name, String.class);
	}

	private static AppendStack<String> stack(Node node, String name, StackBounds bounds) {
		return node.structures().stack(name, String.class, (stack) -> stack.bounds(bounds).archived());
	}

	private AppendStack<String> stack(int maxLayers, int maxLength) {
		return stack(node(), this.name, new StackBounds(maxLayers, maxLength));
	}

	private History<String> history() {
		return node().structures().history(this.name, String.class);
	}

	/**
	 * Returns where a text is, in any column of any table.
	 */
	private List<String> rowsWith(String text) {
		List<String> found = new ArrayList<>();
		for (String table : TABLES) {
			for (Map<String, Object> row : node().jdbc()
				.sql("select * from appendonly_" + table)
				.query()
				.listOfRows()) {
				row.forEach((column, value) -> {
					if (String.valueOf(value).contains(text)) {
						found.add(table + "." + column.toLowerCase(Locale.ROOT) + " of " + row.values());
					}
				});
			}
		}
		return found;
	}

	@Test
	void noRowHasTheTextOfAnErasedItem() {
		String person = "Ada " + this.name;
		AppendStack<String> stack = stack(2, 3);
		for (int i = 0; i < 8; i++) {
			stack.pushAll(List.of(i + " of " + person, i + " of another"));
		}
		leaveInInbox("[\"inbox of " + person + "\",\"inbox of another\"]", 2);
		Accumulator<String> accumulator = node().structures().accumulator(this.name, String.class);
		accumulator.extend(List.of("a of another", "b of " + person));
		accumulator.append("c of " + person);
		assertThat(rowsWith(person).stream().map((row) -> row.replaceAll(" .*", "")).distinct())
			.containsExactlyInAnyOrder("slice.items", "inbox.items", "accumulator.items", "archived_layer.items");
		assertThat(history().eraseIf((item) -> item.contains(person)).erased()).isEqualTo(9);
		assertThat(accumulator.removeIf((item) -> item.contains(person))).isEqualTo(2);
		assertThat(rowsWith(person)).isEmpty();
		assertThat(history().size()).isEqualTo(18);
		assertThat(history().stream().map(Entry::item)).hasSize(9).allMatch((item) -> item.endsWith("another"));
		assertThat(accumulator).containsExactly("a of another");
		assertThat(node().structures().verify(this.name)).isEmpty();
	}

	/**
	 * Leaves items as a node does that ends right after the commit.
	 */
	private void leaveInInbox(String items, int length) {
		node().jdbc()
			.sql("insert into appendonly_inbox (name, length, items) values (?, ?, ?)")
			.params(this.name, length, items)
			.update();
	}

	@Test
	void otherNodesAndTheirCachesDoNotKeepAnErasedItem() {
		stack(2, 3).pushAll(Numbered.items(0, 12));
		History<String> elsewhere = secondNode().structures().history(this.name, String.class);
		for (int i = 0; i < 2; i++) {
			assertThat(elsewhere).hasSize(12);
			assertThat(history()).hasSize(12);
		}
		assertThat(elsewhere.erase(new Position(0, 1), new Position(3, 1))).isEqualTo(2);
		assertThat(history().since(Position.START, 100).gone()).containsExactly(Gone.erased(new Position(0, 1)),
				Gone.erased(new Position(3, 1)));
		assertThat(history().replace(new Position(3, 2), (item) -> "x")).isTrue();
		for (int i = 0; i < 2; i++) {
			assertThat(elsewhere).hasSize(10).first().isEqualTo(Entry.of(3, 2, "x"));
			assertThat(history()).hasSize(10).first().isEqualTo(Entry.of(3, 2, "x"));
		}
		stack(secondNode(), this.name, new StackBounds(2, 3)).pushAll(Numbered.items(12, 15));
		assertThat(elsewhere.stream().limit(3)).containsExactlyElementsOf(Numbered.newestFirst(12, 15, 3));
	}

	@Test
	void erasureIsPartOfTheTransaction() {
		AppendStack<String> stack = stack(2, 3);
		stack.pushAll(Numbered.items(0, 8));
		Accumulator<String> accumulator = node().structures().accumulator(this.name, String.class);
		accumulator.extend(List.of("a", "b"));
		node().transaction().executeWithoutResult((status) -> {
			assertThat(history().erase(new Position(0, 0), new Position(2, 0))).isEqualTo(2);
			assertThat(history().replace(new Position(2, 1), (item) -> "x")).isTrue();
			assertThat(history().eraseIf((item) -> item.equals("4")).erased()).isOne();
			accumulator.append("c");
			assertThat(accumulator.removeIf((item) -> !item.equals("b"))).isEqualTo(2);
			assertThat(accumulator).containsExactly("b");
			assertThat(history().stream().map(Entry::item)).containsExactly("x", "5", "3", "2", "1");
			status.setRollbackOnly();
		});
		assertThat(history()).containsExactlyElementsOf(Numbered.newestFirst(0, 8, 3));
		assertThat(accumulator).containsExactly("a", "b");
		node().inTransaction(() -> {
			stack.push("8");
			assertThat(history().eraseIf((item) -> Integer.parseInt(item) % 2 == 0).erased()).isEqualTo(5);
			stack.push("9");
		});
		assertThat(history().stream().map(Entry::item)).containsExactly("9", "7", "5", "3", "1");
		assertThat(history().newest()).contains(Numbered.entry(9, 3));
	}

	@Test
	void transactionErasesWhatOthersHaveCommittedButNobodyHasPlaced() {
		leaveInInbox("[\"a\",\"b\"]", 2);
		node().inTransaction(() -> assertThat(stack(2, 3).eraseIf("a"::equals).erased()).isOne());
		assertThat(stack(2, 3)).containsExactly(Entry.of(0, 1, "b"));
	}

	@Test
	void nothingIsErasedInAReadOnlyTransaction() {
		AppendStack<String> stack = stack(2, 3);
		stack.pushAll(Numbered.items(0, 8));
		Archive<String> archive = node().structures().archive(this.name, String.class);
		TransactionTemplate readOnly = node().transaction();
		readOnly.setReadOnly(true);
		List<Runnable> attempts = List.of(() -> stack.erase(new Position(2, 0)), () -> stack.eraseIf((item) -> true),
				() -> stack.replace(new Position(2, 0), (item) -> "x"), () -> archive.erase(new Position(0, 0)),
				() -> archive.eraseIf((item) -> true), () -> archive.replace(new Position(0, 0), (item) -> "x"));
		for (Runnable attempt : attempts) {
			assertThatExceptionOfType(IllegalTransactionStateException.class)
				.isThrownBy(() -> readOnly.executeWithoutResult((status) -> attempt.run()))
				.withMessageContaining(this.name)
				.withMessageContaining("read-only");
		}
		assertThat(history()).containsExactlyElementsOf(Numbered.newestFirst(0, 8, 3));
	}

	@Test
	void layerThatIsSealedWhileTheConditionIsAskedIsLookedAtAgain() {
		AppendStack<String> stack = stack(9, 4);
		stack.push("0");
		stack.push("1");
		AtomicInteger asked = new AtomicInteger();
		Erasure erased = stack.eraseIf((item) -> {
			if (asked.getAndIncrement() == 0) {
				stack.pushAll(Numbered.items(2, 6));
			}
			return item.equals("1") || item.equals("5");
		});
		assertThat(asked).hasValue(4);
		assertThat(erased).isEqualTo(new Erasure(new Position(0, 0), true, 2, 1, 0));
		assertThat(stack.stream().map(Entry::item)).containsExactly("5", "4", "3", "2", "0");
	}

	@Test
	void nothingIsErasedFromAStackThatIsMadeAnewMeanwhile() {
		AppendStack<String> stack = stack(9, 4);
		stack.pushAll(List.of("a", "b", "c"));
		Erasure erased = stack.eraseIf((item) -> {
			if (item.equals("a")) {
				node().structures().drop(this.name);
				stack.pushAll(List.of("x", "y", "z"));
			}
			return item.equals("b");
		});
		assertThat(erased.erased()).isZero();
		assertThat(stack.stream().map(Entry::item)).containsExactly("z", "y", "x");
		assertThat(stack.replace(new Position(0, 1), (item) -> {
			if (item.equals("y")) {
				node().structures().drop(this.name);
				stack.pushAll(List.of("1", "2"));
			}
			return item + "'";
		})).isTrue();
		assertThat(stack.stream().map(Entry::item)).containsExactly("2'", "1");
	}

	@Test
	void itemThatCannotBeReadIsCountedAndCanBeErased() {
		stack(2, 3).pushAll(List.of("1", "two", "3", "4", "five", "6", "7", "eight"));
		AppendStack<Integer> numbers = node().structures().stack(this.name, Integer.class);
		History<Integer> history = node().structures().history(this.name, Integer.class);
		Erasure erased = history.eraseIf((number) -> number % 3 == 0);
		assertThat(erased).isEqualTo(new Erasure(new Position(0, 0), true, 5, 2, 3));
		assertThatExceptionOfType(ItemConversionException.class)
			.isThrownBy(() -> numbers.replace(new Position(2, 1), (number) -> 8))
			.withMessageContaining("2-1");
		assertThat(history.erase(new Position(0, 1), new Position(1, 1), new Position(2, 1))).isEqualTo(3);
		assertThat(history.stream().map(Entry::item)).containsExactly(7, 4, 1);
		assertThat(rowsWith("eight").stream().filter((row) -> row.contains(this.name))).isEmpty();
	}

	@Test
	void nullFromAnotherProgramIsAnErasedItem() {
		leaveInInbox("[ \"a\", null ,null,\"null\" ]", 4);
		leaveInInbox("[null]", 1);
		assertThat(stack(2, 9).since(Position.START, 9))
			.isEqualTo(new Changes<>(List.of(Entry.of(0, 0, "a"), Entry.of(0, 3, "null")), new Position(0, 4), true,
					false, false, IntStream.of(1, 2, 4).mapToObj((i) -> Gone.erased(new Position(0, i))).toList()));
		assertThat(stack(2, 9).erase(new Position(0, 1), new Position(0, 0))).isOne();
	}

	/**
	 * Where an item type has nulls of its own, they are written otherwise, or refused.
	 */
	@Test
	void itemWhoseJsonIsNullIsRefusedWhicheverWayItComes() {
		JsonNodeFactory nodes = JsonNodeFactory.instance;
		JsonNode missing = nodes.nullNode();
		AppendStack<JsonNode> stack = node().structures().stack(this.name, JsonNode.class);
		Archive<JsonNode> archive = node().structures().archive(this.name, JsonNode.class);
		Accumulator<JsonNode> accumulator = node().structures().accumulator(this.name, JsonNode.class);
		AppendStack<Optional<String>> optionals = node().structures()
			.stack(this.name, new ParameterizedTypeReference<>() {
			});
		List<Runnable> attempts = List.of(() -> stack.push(missing), () -> stack.pushAll(List.of(missing)),
				() -> stack.push(missing, (layer) -> {
				}), () -> stack.pushAsync(missing).join(), () -> node().inTransaction(() -> stack.push(missing)),
				() -> archive.addLayer(new Layer<>(0, List.of(missing))), () -> accumulator.append(missing),
				() -> accumulator.extend(List.of(missing)), () -> optionals.push(Optional.empty()));
		for (Runnable attempt : attempts) {
			assertThatExceptionOfType(ItemConversionException.class).isThrownBy(attempt::run)
				.withMessageContaining(this.name)
				.withMessageContaining("Its JSON is null, which stands for an item that is erased");
		}
		assertThat(stack).isEmpty();
		List<JsonNode> items = List.of(nodes.arrayNode().add(missing).add(1), nodes.objectNode().putNull("a"),
				nodes.stringNode("null"));
		stack.pushAll(items);
		items.forEach(stack::push);
		stack.erase(new Position(0, 4), new Position(0, 1));
		assertThat(stack.stream().map(Entry::item)).containsExactly(items.get(2), items.get(0), items.get(2),
				items.get(0));
		assertThatExceptionOfType(ItemConversionException.class)
			.isThrownBy(() -> stack.replace(new Position(0, 0), (item) -> missing));
	}

	@Test
	void damageEndsAnErasure() {
		stack(2, 1).pushAll(Numbered.items(0, 40));
		node().jdbc()
			.sql("delete from appendonly_archived_layer where archive = ? and generation = 25")
			.param(this.name)
			.update();
		assertThatExceptionOfType(CorruptStructureException.class)
			.isThrownBy(() -> history().eraseIf((item) -> item.equals("30") || item.equals("20")))
			.withMessageContaining("25");
		assertThat(history().get(new Position(30, 0))).isEmpty();
		assertThat(node().structures().archive(this.name, String.class).get(new Position(20, 0))).contains("20");
	}

	/**
	 * Reads give up after a while.
	 */
	@Test
	void erasureWaitsForWhatIsCommittedAndNotPlaced() throws Exception {
		Node node = this.database.shared("appendonly.read.max-wait=0");
		AppendStack<String> stack = node.structures().stack(this.name, String.class);
		stack.push("a");
		CountDownLatch locked = new CountDownLatch(1);
		CompletableFuture<Void> committed = new CompletableFuture<>();
		CompletableFuture<Void> other = CompletableFuture.runAsync(() -> node.inTransaction(() -> {
			stack.push("b");
			stack.newest();
			locked.countDown();
			committed.join();
		}));
		locked.await();
		node.inTransaction(() -> stack.push("Ada"));
		FutureTask<Erasure> erasure = new FutureTask<>(() -> stack.eraseIf("Ada"::equals));
		Thread eraser = new Thread(erasure);
		eraser.start();
		assertThat(stack).hasSize(1);
		committed.complete(null);
		other.join();
		assertThat(erasure.get().erased()).isOne();
		assertThat(stack.stream().map(Entry::item)).containsExactlyInAnyOrder("b", "a");
	}

	@Test
	void removalTellsOfAnItemThatCannotBeRead() {
		Accumulator<String> texts = node().structures().accumulator(this.name, String.class);
		texts.extend(List.of("1", "two", "3"));
		texts.append("4");
		Accumulator<Integer> numbers = node().structures().accumulator(this.name, Integer.class);
		assertThatExceptionOfType(ItemConversionException.class)
			.isThrownBy(() -> numbers.removeIf((number) -> number != 3))
			.withMessageContaining(this.name);
		assertThat(texts).containsExactly("two", "3");
	}

	@Test
	void poolOfOneConnectionIsEnough() {
		Node single = this.database.shared("spring.datasource.hikari.maximum-pool-size=1",
				"spring.datasource.hikari.connection-timeout=10000");
		AppendStack<String> stack = stack(single, this.name, new StackBounds(20, 3));
		History<String> history = single.structures().history(this.name, String.class);
		stack.pushAll(Numbered.items(0, 8));
		assertThat(history.eraseIf((item) -> {
			stack.push(item + "'");
			return item.equals("7");
		}).erased()).isOne();
		single.inTransaction(() -> {
			stack.push("in");
			assertThat(history.eraseIf((item) -> item.endsWith("'") || item.equals("in")).erased()).isPositive();
		});
		assertThat(history).hasSize(7);
	}

	/**
	 * The snapshot of such a transaction may be older than the item.
	 */
	@Test
	void transactionWithASnapshotFailsIfTheStackHasMovedOn() {
		AppendStack<String> stack = stack(2, 3);
		stack.pushAll(Numbered.items(0, 2));
		TransactionTemplate snapshot = node().transaction();
		snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> snapshot.executeWithoutResult((status) -> {
				assertThat(stack).hasSize(2);
				stack(secondNode(), this.name, new StackBounds(2, 3)).pushAsync("2").join();
				stack.erase(new Position(0, 0));
			}));
		snapshot.executeWithoutResult((status) -> assertThat(stack.erase(new Position(0, 0))).isOne());
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(1, 3, 3));
	}

	@Test
	void erasureKeepsTheAgeOfItems() {
		AppendStack<String> stack = stack(1, 2);
		stack.pushAll(Numbered.items(0, 4));
		List<Object> before = times();
		history().erase(new Position(0, 0), new Position(1, 0));
		assertThat(times()).hasSize(2).isEqualTo(before);
	}

	private List<Object> times() {
		List<Object> times = new ArrayList<>();
		for (String sql : List.of("select written_at from appendonly_slice where stack = ?",
				"select newest_at from appendonly_archived_layer where archive = ?")) {
			times.addAll(node().jdbc().sql(sql).param(this.name).query().singleColumn());
		}
		return times;
	}

}
