package io.github.appendonly.jpa.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.transaction.SavepointDialect;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Pushes and appends with a key, in transactions and on two nodes.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class KeyedPushTests extends DatabaseTests {

	private static final Pushed WAITING = new Pushed(true, Optional.empty());

	private static final Pushed REPEATED = new Pushed(false, Optional.empty());

	private static Pushed first(int generation, int index) {
		return new Pushed(true, Optional.of(new Position(generation, index)));
	}

	private static Pushed repeated(int generation, int index) {
		return new Pushed(false, Optional.of(new Position(generation, index)));
	}

	private Accumulator<String> accumulator() {
		return node().structures().accumulator(this.name, String.class);
	}

	private AppendStack<String> sameStackOnSecondNode() {
		return secondNode().structures().stack(this.name, String.class);
	}

	@Test
	void keyIsTakenAtOnceAndTheItemIsPlacedAfterTheCommit() {
		node().inTransaction(() -> {
			assertThat(stack().push("a", "key")).isEqualTo(WAITING);
			assertThat(stack().push("again", "key")).isEqualTo(REPEATED);
			assertThat(rows("appendonly_key", "name", this.name)).isOne();
			assertThat(inboxRows()).isZero();
			assertThat(accumulator().append("a", "key")).isTrue();
			assertThat(accumulator().append("again", "key")).isFalse();
		});
		assertHolds(stack(), "a");
		assertThat(accumulator()).containsExactly("a");
		assertThat(stack().push("again", "key")).isEqualTo(repeated(0, 0));
		node().inTransaction(() -> {
			assertThat(stack().push("again", "key")).isEqualTo(repeated(0, 0));
			assertThat(accumulator().append("again", "key")).isFalse();
			assertThat(stack().push("b", "other")).isEqualTo(WAITING);
		});
		assertHolds(stack(), "a", "b");
		assertThat(accumulator()).containsExactly("a");
	}

	@Test
	void itemsOfOneTransactionKeepTheirKeys() {
		AppendStack<String> stack = stack(bounds(9, 2));
		stack.push("0");
		node().inTransaction(() -> {
			stack.push("1", "one");
			stack.pushAll(List.of("2", "3"));
			stack.push("4", "four");
			stack.push("5");
			stack.push("6", "six");
		});
		assertThat(items(stack)).containsExactlyElementsOf(Numbered.items(0, 7));
		assertThat(stack.push("x", "one")).isEqualTo(repeated(0, 1));
		assertThat(stack.push("x", "four")).isEqualTo(repeated(2, 0));
		assertThat(stack.push("x", "six")).isEqualTo(repeated(3, 0));
	}

	@Test
	void rolledBackTransactionLeavesItsKeysFree() {
		node().transaction().executeWithoutResult((status) -> {
			stack().push("a", "key");
			accumulator().append("a", "key");
			status.setRollbackOnly();
		});
		assertThat(rows("appendonly_key", "name", this.name)).isZero();
		assertThat(stack().push("b", "key")).isEqualTo(first(0, 0));
		assertThat(accumulator().append("b", "key")).isTrue();
		assertHolds(stack(), "b");
		assertThat(accumulator()).containsExactly("b");
	}

	@Test
	void rollbackToASavepointFreesTheKeysThatCameAfterIt() {
		TransactionTemplate transaction = new TransactionTemplate(
				SavepointDialect.transactionManager(node().bean(EntityManagerFactory.class)));
		TransactionTemplate nested = new TransactionTemplate(
				SavepointDialect.transactionManager(node().bean(EntityManagerFactory.class)));
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		transaction.executeWithoutResult((outer) -> {
			stack().push("a", "kept");
			nested.executeWithoutResult((inner) -> {
				assertThat(stack().push("b", "freed")).isEqualTo(WAITING);
				assertThat(stack().push("again", "kept")).isEqualTo(REPEATED);
				accumulator().append("b", "freed");
				inner.setRollbackOnly();
			});
			assertThat(stack().push("c", "freed")).isEqualTo(WAITING);
			assertThat(accumulator().append("c", "freed")).isTrue();
		});
		assertHolds(stack(), "a", "c");
		assertThat(accumulator()).containsExactly("c");
		assertThat(stack().push("again", "freed")).isEqualTo(repeated(0, 1));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void itemThatIsPlacedInItsTransactionHasItsPositionThere(boolean commits) {
		leaveInInbox("left");
		stack().push("placed", "earlier");
		node().transaction().executeWithoutResult((status) -> {
			stack().push("a", "key");
			assertThat(stack().newest()).contains(Entry.of(0, 2, "a"));
			assertThat(stack().push("again", "key")).isEqualTo(repeated(0, 2));
			assertThat(stack().push("again", "earlier")).isEqualTo(repeated(0, 1));
			if (!commits) {
				status.setRollbackOnly();
			}
		});
		assertThat(stack().push("b", "key")).isEqualTo(commits ? repeated(0, 2) : first(0, 2));
		assertHolds(stack(), "left", "placed", commits ? "a" : "b");
	}

	@Test
	void readOnlyTransactionTakesNoKey() {
		TransactionTemplate transaction = node().transaction();
		transaction.setReadOnly(true);
		transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(() -> stack().push("a", "key"))
				.withMessageContaining(this.name);
			assertThatExceptionOfType(IllegalTransactionStateException.class)
				.isThrownBy(() -> accumulator().append("a", "key"))
				.withMessageContaining(this.name);
		});
		assertThat(rows("appendonly_key", "name", this.name)).isZero();
	}

	/**
	 * The number of statements that wait for another transaction. H2 tries them again and
	 * again.
	 */
	private long waiting() {
		return node().jdbc()
			.sql((this.database == TestDatabase.H2)
					? "select count(*) from information_schema.sessions"
							+ " where executing_statement like 'insert into appendonly_key%'"
					: "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
							+ " and datname = current_database() and query like '%appendonly_key%'")
			.query(Long.class)
			.single();
	}

	/**
	 * Pushes and appends with keys that an open transaction has taken.
	 * @param commits whether that transaction commits
	 * @param repeating repeats the keys, on another thread
	 * @return the answers
	 */
	private List<Object> repeatMeanwhile(boolean commits, Supplier<List<Object>> repeating) {
		CompletableFuture<List<Object>> answers = new CompletableFuture<>();
		node().transaction().executeWithoutResult((status) -> {
			stack().push("a", "key");
			accumulator().append("a", "key");
			Thread thread = new Thread(() -> {
				try {
					answers.complete(repeating.get());
				}
				catch (Throwable ex) {
					answers.completeExceptionally(ex);
				}
			});
			thread.start();
			await().atMost(WAIT).until(() -> waiting() > 0);
			assertThat(answers).isNotDone();
			if (!commits) {
				status.setRollbackOnly();
			}
		});
		return answers.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void pushOutsideWaitsForTheTransactionThatHasItsKey(boolean commits) {
		AppendStack<String> other = sameStackOnSecondNode();
		List<Object> answers = repeatMeanwhile(commits,
				() -> List.of(other.push("b", "key"), accumulator().append("b", "key")));
		assertThat(answers).isEqualTo(commits ? List.of(repeated(0, 0), false) : List.of(first(0, 0), true));
		assertHolds(stack(), commits ? "a" : "b");
		assertThat(accumulator()).containsExactly(commits ? "a" : "b");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void pushInATransactionWaitsForTheTransactionThatHasItsKey(boolean commits) {
		AppendStack<String> other = sameStackOnSecondNode();
		List<Object> answers = repeatMeanwhile(commits, () -> secondNode().inTransaction(
				() -> List.of(other.push("b", "key").isNew(), accumulatorOnSecondNode().append("b", "key"))));
		assertThat(answers).isEqualTo(commits ? List.of(false, false) : List.of(true, true));
		assertHolds(stack(), commits ? "a" : "b");
		assertThat(accumulator()).containsExactly(commits ? "a" : "b");
	}

	private Accumulator<String> accumulatorOnSecondNode() {
		return secondNode().structures().accumulator(this.name, String.class);
	}

	/**
	 * The transaction places what another one has pushed with the key, so it has the row
	 * of the key locked.
	 */
	@Test
	void nobodyElseIsWaitedFor() {
		node();
		AppendStack<String> idle = idleNode().structures().stack(this.name, String.class);
		assertThat(idleNode().inTransaction(() -> idle.push("a", "key"))).isEqualTo(WAITING);
		node().inTransaction(() -> {
			stack().push("b", "other");
			assertHolds(stack(), "a", "b");
			assertThat(elsewhere(() -> node().inTransaction(() -> stack().push("again", "key")))).isEqualTo(REPEATED);
			runElsewhere(() -> node().inTransaction(() -> {
				assertThat(stack().push("c", "third")).isEqualTo(WAITING);
				stack().push("d");
			}));
		});
		assertHolds(stack(), "a", "b", "c", "d");
		assertThat(stack().push("again", "key")).isEqualTo(repeated(0, 0));
	}

	@Test
	void repeatedPushPlacesTheFirstIfThatStillWaits() {
		node();
		AppendStack<String> idle = idleNode().structures().stack(this.name, String.class);
		idleNode().inTransaction(() -> {
			idle.push("a");
			idle.push("b", "key");
		});
		assertThat(inboxRows()).isOne();
		assertThat(stack().push("again", "key")).isEqualTo(repeated(0, 1));
		assertThat(inboxRows()).isZero();
		assertHolds(stack(), "a", "b");
	}

	@Test
	void keyThatACommittedTransactionHasIsNotVisibleInASnapshot() {
		TransactionTemplate transaction = node().transaction();
		transaction.setIsolationLevel(Isolation.REPEATABLE_READ.value());
		Supplier<Pushed> repeating = () -> transaction.execute((status) -> {
			assertThat(rows("appendonly_key", "name", this.name)).isZero();
			runElsewhere(() -> stack().push("a", "key"));
			return stack().push("again", "key");
		});
		if (this.database == TestDatabase.POSTGRESQL) {
			assertThatExceptionOfType(ConcurrencyFailureException.class).isThrownBy(repeating::get);
		}
		else {
			assertThat(repeating.get()).isEqualTo(REPEATED);
		}
		assertHolds(stack(), "a");
	}

	@Test
	void twoNodesStoreOneItemForEachKey() throws Exception {
		List<Node> nodes = List.of(node(), secondNode());
		Queue<Map.Entry<String, Pushed>> answers = new ConcurrentLinkedQueue<>();
		Queue<String> appended = new ConcurrentLinkedQueue<>();
		Writers.run(6, (writer) -> {
			Node node = nodes.get(writer % 2);
			AppendStack<String> stack = node.structures().stack(this.name, String.class, bounds(50, 4));
			Accumulator<String> accumulator = node.structures().accumulator(this.name, String.class);
			for (int i = 0; i < 12; i++) {
				String key = "key " + i;
				if (writer < 3) {
					answers.add(Map.entry(key, stack.push(key, key)));
				}
				else {
					answers.add(Map.entry(key, node.inTransaction(() -> stack.push(key, key))));
				}
				stack.push("without");
				if (accumulator.append(key, key)) {
					appended.add(key);
				}
			}
		});
		List<String> keys = new ArrayList<>(items(stack()));
		keys.removeIf("without"::equals);
		assertThat(keys).hasSize(12).doesNotHaveDuplicates();
		assertThat(answers).filteredOn((answer) -> answer.getValue().isNew())
			.extracting(Map.Entry::getKey)
			.containsExactlyInAnyOrderElementsOf(keys);
		assertThat(answers).allSatisfy((answer) -> answer.getValue()
			.position()
			.ifPresent((position) -> assertThat(stack().get(position)).contains(answer.getKey())));
		assertThat(accumulator()).containsExactlyInAnyOrderElementsOf(keys);
		assertThat(appended).containsExactlyInAnyOrderElementsOf(keys);
		assertThat(stack()).allSatisfy((entry) -> {
			if (!entry.item().equals("without")) {
				assertThat(sameStackOnSecondNode().push("again", entry.item()))
					.isEqualTo(new Pushed(false, Optional.of(entry.position())));
			}
		});
		assertThat(node().structures().verify(this.name)).isEmpty();
	}

	@Test
	void whatHasNoKeyDoesNotUseTheTable() {
		AppendStack<String> stack = stack((with) -> with.bounds(2, 2).archived());
		Accumulator<String> accumulator = accumulator();
		stack.push("0");
		node().jdbc().sql("alter table appendonly_key rename to hidden_key").update();
		try {
			stack.pushAll(Numbered.items(1, 6));
			node().inTransaction(() -> stack.push("6"));
			node().inTransaction(() -> {
				stack.push("7");
				assertThat(stack.size()).isEqualTo(4);
			});
			assertThat(items(stack)).containsExactlyElementsOf(Numbered.items(4, 8));
			accumulator.append("a");
			node().inTransaction(() -> accumulator.append("b"));
			assertThat(accumulator.consume()).containsExactly("a", "b");
		}
		finally {
			node().jdbc().sql("alter table hidden_key rename to appendonly_key").update();
		}
	}

}
