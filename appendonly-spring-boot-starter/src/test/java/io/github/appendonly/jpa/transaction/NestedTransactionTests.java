package io.github.appendonly.jpa.transaction;

import java.util.List;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code in a transaction that runs in a new transaction, in no transaction, or with
 * savepoints.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class NestedTransactionTests extends DatabaseTests {

	private void requiresNew(Runnable work, boolean commits) {
		run(TransactionDefinition.PROPAGATION_REQUIRES_NEW, work, commits);
	}

	private void nested(Runnable work, boolean commits) {
		run(TransactionDefinition.PROPAGATION_NESTED, work, commits);
	}

	private void outer(Runnable work, boolean commits) {
		run(TransactionDefinition.PROPAGATION_REQUIRED, work, commits);
	}

	private TransactionTemplate transaction() {
		return new TransactionTemplate(SavepointDialect.transactionManager(node().bean(EntityManagerFactory.class)));
	}

	private void run(int propagation, Runnable work, boolean commits) {
		TransactionTemplate transaction = transaction();
		transaction.setPropagationBehavior(propagation);
		transaction.executeWithoutResult((status) -> {
			work.run();
			if (!commits) {
				status.setRollbackOnly();
			}
		});
	}

	@Test
	void transactionOfItsOwnCommitsBeforeTheOuterOne() {
		outer(() -> {
			stack().push("outer 1");
			requiresNew(() -> stack().pushAll(List.of("inner 1", "inner 2")), true);
			stack().push("outer 2");
		}, true);
		assertHolds(stack(), "inner 1", "inner 2", "outer 1", "outer 2");
	}

	@Test
	void transactionOfItsOwnIsRolledBackAlone() {
		outer(() -> {
			stack().push("outer 1");
			requiresNew(() -> stack().push("inner"), false);
			stack().push("outer 2");
		}, true);
		assertHolds(stack(), "outer 1", "outer 2");
	}

	@Test
	void transactionOfItsOwnStaysWhenTheOuterOneIsRolledBack() {
		outer(() -> {
			stack().push("outer 1");
			requiresNew(() -> stack().push("inner"), true);
			stack().push("outer 2");
		}, false);
		assertHolds(stack(), "inner");
	}

	@Test
	void transactionOfItsOwnThatReadsSeesItsOwnItemsOnly() {
		outer(() -> {
			stack().push("outer");
			requiresNew(() -> {
				stack().push("inner");
				assertHolds(stack(), "inner");
			}, true);
			assertHolds(stack(), "inner", "outer");
		}, true);
		assertHolds(stack(), "inner", "outer");
	}

	@Test
	void pushWithTheTransactionSuspendedIsDurableAtOnce() {
		outer(() -> {
			stack().push("outer");
			run(TransactionDefinition.PROPAGATION_NOT_SUPPORTED, () -> {
				stack().push("inner");
				assertHolds(stack(), "inner");
				assertThat(elsewhere(() -> items(stack()))).containsExactly("inner");
			}, true);
		}, false);
		assertHolds(stack(), "inner");
	}

	@Test
	void pushWhereATransactionIsOnlySupportedIsDurableAtOnce() {
		run(TransactionDefinition.PROPAGATION_SUPPORTS, () -> {
			stack().push("a");
			assertThat(elsewhere(() -> items(stack()))).containsExactly("a");
			assertHolds(stack(), "a");
			stack().push("b");
		}, false);
		assertHolds(stack(), "a", "b");
	}

	@Test
	void rollbackToASavepointTakesWhatWasPushedAfterIt() {
		outer(() -> {
			stack().push("before");
			nested(() -> stack().pushAll(List.of("in 1", "in 2")), false);
			stack().push("after");
		}, true);
		assertHolds(stack(), "before", "after");
	}

	@Test
	void rollbackToASavepointBeforeTheFirstPushTakesAll() {
		outer(() -> {
			nested(() -> stack().push("in"), false);
			stack().push("after");
		}, true);
		assertHolds(stack(), "after");
	}

	@Test
	void rollbackToASavepointOfTheOnlyPushLeavesNothing() {
		outer(() -> nested(() -> stack().push("in"), false), true);
		assertThat(stack()).isEmpty();
		assertThat(inboxRows()).isZero();
		assertThat(rows("appendonly_stack", "name", this.name)).isZero();
	}

	@Test
	void releasedSavepointKeepsAll() {
		outer(() -> {
			stack().push("before");
			nested(() -> {
				stack().push("in");
				nested(() -> stack().push("deeper"), true);
			}, true);
			stack().push("after");
		}, true);
		assertHolds(stack(), "before", "in", "deeper", "after");
	}

	@Test
	void releasedSavepointGoesWithTheOneAroundIt() {
		outer(() -> {
			stack().push("before");
			nested(() -> {
				stack().push("in");
				nested(() -> stack().push("deeper"), true);
				stack().push("in again");
			}, false);
			stack().push("after");
		}, true);
		assertHolds(stack(), "before", "after");
	}

	@Test
	void placingAfterASavepointIsUndoneByItsRollback() {
		leaveInInbox("waiting");
		outer(() -> {
			stack().push("before");
			nested(() -> {
				stack().push("in");
				assertHolds(stack(), "waiting", "before", "in");
			}, false);
			stack().push("after");
		}, true);
		assertHolds(stack(), "waiting", "before", "after");
	}

	@Test
	void placingBeforeASavepointStays() {
		outer(() -> {
			stack().push("before");
			assertHolds(stack(), "before");
			nested(() -> {
				stack().push("in");
				assertHolds(stack(), "before", "in");
			}, false);
			assertHolds(stack(), "before");
			stack().push("after");
			assertHolds(stack(), "before", "after");
		}, true);
		assertHolds(stack(), "before", "after");
	}

	@Test
	void placingAfterARollbackToASavepointPlacesTheRest() {
		outer(() -> {
			stack().push("before");
			nested(() -> stack().push("in"), false);
			assertHolds(stack(), "before");
			nested(() -> stack().push("in again"), true);
			assertHolds(stack(), "before", "in again");
		}, true);
		assertHolds(stack(), "before", "in again");
	}

	@Test
	void sameSavepointMayBeRolledBackToAgain() {
		transaction().executeWithoutResult((status) -> {
			stack().push("before");
			Object savepoint = status.createSavepoint();
			for (int i = 0; i < 3; i++) {
				stack().push("in");
				assertHolds(stack(), "before", "in");
				status.rollbackToSavepoint(savepoint);
			}
			status.releaseSavepoint(savepoint);
			stack().push("after");
		});
		assertHolds(stack(), "before", "after");
	}

	@Test
	void rolledBackSavepointLeavesOtherStacksToOthers() {
		AppendStack<String> other = stack(Node.newName());
		outer(() -> {
			nested(() -> {
				other.push("in");
				assertHolds(other, "in");
			}, false);
			stack().push("after");
			runElsewhere(() -> other.push("elsewhere"));
			assertHolds(other, "elsewhere");
		}, true);
		assertHolds(stack(), "after");
		assertHolds(other, "elsewhere");
	}

	@Test
	void rollbackToASavepointUndoesADrop() {
		Accumulator<String> accumulator = node().structures().accumulator(this.name, String.class);
		stack().push("placed");
		outer(() -> {
			stack().push("before");
			accumulator.append("before");
			nested(() -> {
				node().structures().drop(this.name);
				node().structures().dropAccumulator(this.name);
				stack().push("in");
				accumulator.append("in");
			}, false);
			stack().push("after");
			accumulator.append("after");
		}, true);
		assertHolds(stack(), "placed", "before", "after");
		assertThat(accumulator).containsExactly("before", "after");
	}

	@Test
	void accumulatorKeepsToSavepoints() {
		Accumulator<String> accumulator = node().structures().accumulator(this.name, String.class);
		outer(() -> {
			accumulator.append("before");
			nested(() -> {
				accumulator.append("in");
				assertThat(accumulator).containsExactly("before", "in");
				assertThat(accumulator.consume(1)).containsExactly("before");
			}, false);
			accumulator.append("after");
			assertThat(accumulator).containsExactly("before", "after");
			nested(() -> accumulator.append("in"), false);
		}, true);
		assertThat(accumulator).containsExactly("before", "after");
	}

}
