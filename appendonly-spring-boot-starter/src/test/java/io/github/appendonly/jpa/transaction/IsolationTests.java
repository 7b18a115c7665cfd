package io.github.appendonly.jpa.transaction;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.History;
import io.github.appendonly.Numbered;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.user.Purchase;
import io.github.appendonly.jpa.user.PurchaseRepository;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions that see a snapshot: the database as it was when they began.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class IsolationTests extends DatabaseTests {

	private static void inTransaction(Node node, Isolation isolation, Runnable work) {
		TransactionTemplate transaction = node.transaction();
		transaction.setIsolationLevel(isolation.value());
		transaction.executeWithoutResult((status) -> work.run());
	}

	private void inTransaction(Isolation isolation, Runnable work) {
		inTransaction(node(), isolation, work);
	}

	/**
	 * From here on the transaction sees the database as it is now.
	 */
	private static void takeSnapshot(Node node) {
		node.bean(PurchaseRepository.class).count();
	}

	private Node nodeWith(Isolation isolation, String name) {
		return this.database.shared("spring.datasource.hikari.transaction-isolation=TRANSACTION_" + isolation.name(),
				"appendonly.retry.max-retries=3", "spring.application.name=" + name);
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void pushDoesNotConflictWithPushesBesideIt(Isolation isolation) {
		stack().push("placed");
		inTransaction(isolation, () -> {
			takeSnapshot(node());
			runElsewhere(() -> {
				secondNode().structures().stack(this.name, String.class).push("a");
				inTransaction(isolation, () -> {
					takeSnapshot(node());
					stack().push("b");
				});
				assertHolds(stack(), "placed", "a", "b");
			});
			stack().push("own");
		});
		assertHolds(stack(), "placed", "a", "b", "own");
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void manyTransactionsThatPushDoNotConflict(Isolation isolation) throws Exception {
		List<Node> nodes = List.of(node(), secondNode());
		Writers.run(8, (writer) -> {
			Node node = nodes.get(writer % 2);
			AppendStack<String> stack = node.structures().stack(this.name, String.class, bounds(100, 100));
			for (int i = 0; i < Writers.ITEMS; i += 10) {
				List<String> items = Writers.items(writer).subList(i, i + 10);
				inTransaction(node, isolation, () -> {
					takeSnapshot(node);
					stack.pushAll(items);
				});
			}
		});
		Writers.assertComplete(items(stack()), 8);
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void readsSeeOneState(Isolation isolation) {
		AppendStack<String> archived = stack(bounds(2, 2).andThen((with) -> with.archived()));
		History<String> history = node().structures().history(this.name, String.class);
		archived.pushAll(Numbered.items(0, 7));
		inTransaction(isolation, () -> {
			assertThat(items(history)).isEqualTo(Numbered.items(0, 7)); // H2 goes by
																		// tables
			runElsewhere(() -> {
				archived.pushAll(Numbered.items(7, 12));
				assertThat(items(history)).isEqualTo(Numbered.items(0, 12));
			});
			assertThat(items(archived)).isEqualTo(Numbered.items(4, 7));
			assertThat(archived.size()).isEqualTo(3);
			assertThat(items(history)).isEqualTo(Numbered.items(0, 7));
			assertThat(history.since(Numbered.position(2, 2), 10).entries()).isEqualTo(Numbered.entries(3, 7, 2));
		});
		assertThat(items(history)).isEqualTo(Numbered.items(0, 12));
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void transactionThatPlacesGoesByItsOwnState(Isolation isolation) {
		stack().push("placed");
		inTransaction(isolation, () -> {
			assertHolds(stack(), "placed");
			stack().push("own");
			assertHolds(stack(), "placed", "own");
			stack().push("own again");
		});
		assertHolds(stack(), "placed", "own", "own again");
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void placingFailsWhenAnotherNodeHasPlacedAndSucceedsWhenTriedAgain(Isolation isolation) {
		stack().push("placed");
		assertPlacingFailsOnce(isolation, List.of("placed"));
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void placingOntoANewStackFailsWhenAnotherNodeHasPlacedAndSucceedsWhenTriedAgain(Isolation isolation) {
		assertPlacingFailsOnce(isolation, List.of());
	}

	private void assertPlacingFailsOnce(Isolation isolation, List<String> before) {
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		AtomicBoolean again = new AtomicBoolean();
		Runnable transaction = () -> inTransaction(isolation, () -> {
			assertThat(items(stack()).subList(0, before.size())).isEqualTo(before);
			purchases.save(new Purchase(this.name));
			node().structures().accumulator(this.name, String.class).append("own");
			if (!again.getAndSet(true)) {
				runElsewhere(() -> secondNode().structures().stack(this.name, String.class).push("other"));
			}
			stack().push("own");
			assertThat(items(stack())).endsWith("other", "own");
		});
		assertThatExceptionOfType(ConcurrencyFailureException.class).isThrownBy(transaction::run);
		assertThat(purchases.existsById(this.name)).isFalse();
		assertThat(node().structures().accumulator(this.name, String.class)).isEmpty();
		assertThat(inboxRows()).isZero();
		assertThat(items(stack())).isEqualTo(with(before, "other"));
		transaction.run();
		assertThat(purchases.existsById(this.name)).isTrue();
		assertThat(node().structures().accumulator(this.name, String.class)).containsExactly("own");
		assertThat(items(stack())).isEqualTo(with(before, "other", "own"));
	}

	private static List<String> with(List<String> before, String... items) {
		return Stream.concat(before.stream(), Stream.of(items)).toList();
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void poolWithThisIsolationLosesNothing(Isolation isolation) throws Exception {
		List<Node> nodes = List.of(nodeWith(isolation, "first"), nodeWith(isolation, "second"));
		Writers.run(8, (writer) -> {
			Node node = nodes.get(writer % 2);
			AppendStack<String> stack = node.structures().stack(this.name, String.class, bounds(100, 100));
			for (int i = 0; i < Writers.ITEMS; i++) {
				String item = Writers.item(writer, i);
				switch (i % 3) {
					case 0 -> stack.push(item);
					case 1 -> assertThat(stack.pushAsync(item)).succeedsWithin(WAIT);
					default -> node.inTransaction(() -> stack.push(item));
				}
			}
		});
		Writers.assertComplete(items(stack()), 8);
	}

	/**
	 * On PostgreSQL, a serializable transaction that looks into the inbox while this one
	 * has written there would make it the pivot of a cycle that may be.
	 */
	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void pushOnAPoolWithThisIsolationDoesNotEndATransactionBesideIt(Isolation isolation) {
		Node node = nodeWith(isolation, "first");
		PurchaseRepository purchases = node.bean(PurchaseRepository.class);
		AppendStack<String> stack = node.structures().stack(this.name, String.class);
		AppendStack<String> bounded = node.structures().stack(this.name, String.class, bounds(9, 9));
		purchases.save(new Purchase(this.name));
		stack.push("placed");
		node.inTransaction(() -> {
			assertThat(purchases.existsById(this.name)).isTrue();
			runElsewhere(() -> purchases.deleteById(this.name));
			stack.push("own");
			bounded.push("has the one before written");
			runElsewhere(() -> stack.push("beside"));
		});
		assertThat(items(stack)).containsExactly("placed", "beside", "own", "has the one before written");
	}

	@ParameterizedTest
	@EnumSource(names = { "REPEATABLE_READ", "SERIALIZABLE" })
	void consumersWithThisIsolationTakeEachItemOnce(Isolation isolation) throws Exception {
		List<Node> nodes = List.of(nodeWith(isolation, "first"), nodeWith(isolation, "second"));
		Queue<String> taken = new ConcurrentLinkedQueue<>();
		Writers.run(4, (writer) -> {
			Accumulator<String> accumulator = nodes.get(writer % 2).structures().accumulator(this.name, String.class);
			for (int i = 0; i < Writers.ITEMS; i++) {
				accumulator.append(Writers.item(writer, i));
				if (i % 5 == 4) {
					taken.addAll(accumulator.consume(7));
				}
			}
		});
		taken.addAll(node().structures().accumulator(this.name, String.class).consume());
		assertThat(taken).hasSize(4 * Writers.ITEMS).doesNotHaveDuplicates();
	}

}
