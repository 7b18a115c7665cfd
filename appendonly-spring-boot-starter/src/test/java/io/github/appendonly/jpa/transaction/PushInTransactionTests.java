package io.github.appendonly.jpa.transaction;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.user.Purchase;
import io.github.appendonly.jpa.user.PurchaseRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class PushInTransactionTests extends DatabaseTests {

	@Test
	void committedPushIsThereForAReadOutside() {
		node().inTransaction(() -> stack().push("a"));
		assertHolds(stack(), "a");
	}

	@Test
	void rolledBackPushLeavesNothing() {
		node().transaction().executeWithoutResult((status) -> {
			stack().push("a");
			stack().pushAll(List.of("b", "c"));
			status.setRollbackOnly();
		});
		assertThat(inboxRows()).isZero();
		assertThat(rows("appendonly_stack", "name", this.name)).isZero();
		assertThat(stack()).isEmpty();
	}

	@Test
	void pushIsRolledBackByAnException() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> node().inTransaction(() -> {
			stack().push("a");
			throw new IllegalStateException("no");
		}));
		stack().push("b");
		assertHolds(stack(), "b");
	}

	@Test
	void pushIsNotThereForOthersBeforeTheCommit() {
		node().inTransaction(() -> {
			stack().push("a");
			assertThat(elsewhere(() -> inboxRows())).isZero();
			assertThat(elsewhere(() -> items(stack()))).isEmpty();
		});
		assertHolds(stack(), "a");
	}

	@Test
	void transactionWritesOneRowForEachStackHoweverManyPushes() {
		String second = Node.newName();
		AppendOnlyStructures structures = idleNode().structures();
		AppendStack<String> one = structures.stack(this.name, String.class);
		AppendStack<String> two = structures.stack(second, String.class);
		idleNode().inTransaction(() -> {
			two.push("x");
			one.push("a");
			one.pushAll(List.of("b", "c"));
			two.pushAll(List.of());
			structures.stack(this.name, String.class).push("d");
		});
		assertThat(inboxRows()).isEqualTo(1);
		assertThat(inboxRows(second)).isEqualTo(1);
		assertThat(node().structures().status(this.name).inbox()).isEqualTo(4);
		assertHolds(stack(), "a", "b", "c", "d");
		assertHolds(stack(second), "x");
		assertThat(inboxRows()).isZero();
	}

	@Test
	void transactionsArePlacedInTheOrderOfTheirCommits() {
		for (int i = 0; i < 5; i++) {
			String item = "" + i;
			node().inTransaction(() -> stack().push(item));
		}
		stack().push("5");
		node().inTransaction(() -> stack().push("6"));
		assertHolds(stack(), "0", "1", "2", "3", "4", "5", "6");
	}

	@Test
	void entityOfTheUserCommitsTogetherWithAPush() {
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		node().inTransaction(() -> {
			stack().push("before");
			purchases.save(new Purchase(this.name));
			stack().push("after");
		});
		assertThat(purchases.existsById(this.name)).isTrue();
		assertHolds(stack(), "before", "after");
	}

	@Test
	void entityOfTheUserIsRolledBackTogetherWithAPush() {
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		node().transaction().executeWithoutResult((status) -> {
			purchases.save(new Purchase(this.name));
			stack().push("a");
			status.setRollbackOnly();
		});
		assertThat(purchases.existsById(this.name)).isFalse();
		assertThat(stack()).isEmpty();
	}

	@Test
	void commitThatFailsOverAnEntityTakesThePushWithIt() {
		PurchaseRepository purchases = node().bean(PurchaseRepository.class);
		purchases.save(new Purchase(this.name));
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> node().inTransaction(() -> {
			stack().push("a");
			node().entityManager().persist(new Purchase(this.name));
		}));
		assertThat(inboxRows()).isZero();
		assertThat(stack()).isEmpty();
	}

	@Test
	void asynchronousPushDoesNotJoinTheTransaction() {
		node().transaction().executeWithoutResult((status) -> {
			assertThat(stack().pushAsync("a")).succeedsWithin(WAIT);
			stack().push("b");
			status.setRollbackOnly();
		});
		assertHolds(stack(), "a");
	}

	@Test
	void accumulatorJoinsTheTransaction() {
		AppendOnlyStructures structures = node().structures();
		node().inTransaction(() -> {
			structures.accumulator(this.name, String.class).append("a");
			structures.accumulator(this.name, String.class).extend(List.of("b", "c"));
		});
		node().transaction().executeWithoutResult((status) -> {
			structures.accumulator(this.name, String.class).append("d");
			status.setRollbackOnly();
		});
		assertThat(rows("appendonly_accumulator", "name", this.name)).isEqualTo(1);
		assertThat(structures.accumulator(this.name, String.class)).containsExactly("a", "b", "c");
	}

	@Test
	void consumingIsUndoneByARollback() {
		AppendOnlyStructures structures = node().structures();
		structures.accumulator(this.name, String.class).extend(List.of("a", "b", "c"));
		node().transaction().executeWithoutResult((status) -> {
			assertThat(structures.accumulator(this.name, String.class).consume(2)).containsExactly("a", "b");
			structures.accumulator(this.name, String.class).append("d");
			assertThat(structures.accumulator(this.name, String.class).consume()).containsExactly("c", "d");
			status.setRollbackOnly();
		});
		assertThat(structures.accumulator(this.name, String.class)).containsExactly("a", "b", "c");
	}

}
