package io.github.appendonly.jpa.transaction;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.user.PhaseListener;
import io.github.appendonly.jpa.user.Purchase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Pushes from callbacks that frameworks call while a transaction completes.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class TransactionCallbackTests extends DatabaseTests {

	private void in(TransactionPhase phase, Runnable action) {
		node().publish(new PhaseListener.Event(phase, action));
	}

	private void register(TransactionSynchronization synchronization) {
		TransactionSynchronizationManager.registerSynchronization(synchronization);
	}

	private void rolledBack(Runnable work) {
		node().transaction().executeWithoutResult((status) -> {
			work.run();
			status.setRollbackOnly();
		});
	}

	private Runnable inNewTransaction(Runnable work) {
		TransactionTemplate transaction = node().transaction();
		transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return () -> transaction.executeWithoutResult((status) -> work.run());
	}

	@Test
	void firstPushOfATransactionMayComeBeforeTheCommit() {
		node().inTransaction(() -> in(TransactionPhase.BEFORE_COMMIT, () -> stack().push("a")));
		assertHolds(stack(), "a");
	}

	@Test
	void laterPushMayComeBeforeTheCommit() {
		node().inTransaction(() -> {
			stack().push("a");
			in(TransactionPhase.BEFORE_COMMIT, () -> stack().push("b"));
			stack().push("c");
		});
		assertHolds(stack(), "a", "c", "b");
	}

	@Test
	void pushBeforeTheCommitMayBeReadThere() {
		node().inTransaction(() -> {
			stack().push("a");
			in(TransactionPhase.BEFORE_COMMIT, () -> {
				stack().push("b");
				assertHolds(stack(), "a", "b");
				stack().push("c");
			});
		});
		assertHolds(stack(), "a", "b", "c");
	}

	@Test
	void failureBeforeTheCommitTakesAllPushes() {
		assertThatIllegalStateException().isThrownBy(() -> node().inTransaction(() -> {
			stack().push("a");
			in(TransactionPhase.BEFORE_COMMIT, () -> {
				stack().push("b");
				throw new IllegalStateException();
			});
		}));
		assertThat(stack()).isEmpty();
	}

	@Test
	void pushFromASynchronizationIsPartOfTheTransactionUntilItCommits() {
		node().inTransaction(() -> {
			register(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					stack().push("before commit");
				}

				@Override
				public void beforeCompletion() {
					stack().push("before completion");
				}

			});
			stack().push("in");
		});
		assertHolds(stack(), "in", "before commit", "before completion");
	}

	@Test
	void firstPushMayComeBeforeTheCompletion() {
		TransactionSynchronization synchronization = new TransactionSynchronization() {

			@Override
			public void beforeCompletion() {
				stack().push("a");
			}

		};
		rolledBack(() -> register(synchronization));
		assertThat(stack()).isEmpty();
		node().inTransaction(() -> register(synchronization));
		assertHolds(stack(), "a");
	}

	@Test
	void pushAfterTheCommitIsDurableAtOnceAndFollowsTheTransaction() {
		node().inTransaction(() -> {
			in(TransactionPhase.AFTER_COMMIT, () -> {
				stack().push("after");
				assertThat(elsewhere(() -> items(stack()))).containsExactly("in", "after");
				assertHolds(stack(), "in", "after");
			});
			stack().push("in");
		});
		assertHolds(stack(), "in", "after");
	}

	@Test
	void pushAfterTheCommitMayHaveATransactionOfItsOwn() {
		node().inTransaction(() -> {
			in(TransactionPhase.AFTER_COMMIT, inNewTransaction(() -> stack().push("first after")));
			stack().push("in");
			in(TransactionPhase.AFTER_COMMIT, inNewTransaction(() -> {
				stack().push("second after");
				assertHolds(stack(), "in", "first after", "second after");
			}));
		});
		assertHolds(stack(), "in", "first after", "second after");
	}

	@Test
	void pushFromASynchronizationIsDurableAtOnceAfterTheCommit() {
		node().inTransaction(() -> {
			register(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					stack().push("after commit");
					assertThat(elsewhere(() -> items(stack()))).containsExactly("in", "after commit");
					assertHolds(stack(), "in", "after commit");
				}

				@Override
				public void afterCompletion(int status) {
					stack().push("after completion");
					assertHolds(stack(), "in", "after commit", "after completion");
				}

			});
			stack().push("in");
		});
		assertHolds(stack(), "in", "after commit", "after completion");
	}

	@Test
	void pushAfterTheCompletionIsDurableAtOnce() {
		node().inTransaction(() -> {
			in(TransactionPhase.AFTER_COMPLETION, () -> {
				stack().push("first after");
				assertHolds(stack(), "in", "first after");
			});
			stack().push("in");
			in(TransactionPhase.AFTER_COMPLETION, () -> stack().push("second after"));
		});
		assertHolds(stack(), "in", "first after", "second after");
	}

	@Test
	void pushAfterARollbackIsDurable() {
		rolledBack(() -> {
			in(TransactionPhase.AFTER_ROLLBACK, () -> stack().push("first after"));
			stack().push("in");
			in(TransactionPhase.AFTER_ROLLBACK, () -> stack().push("second after"));
		});
		assertHolds(stack(), "first after", "second after");
	}

	@Test
	void pushAfterARollbackMayHaveATransactionOfItsOwn() {
		rolledBack(() -> {
			in(TransactionPhase.AFTER_ROLLBACK, inNewTransaction(() -> stack().push("first after")));
			stack().push("in");
			in(TransactionPhase.AFTER_ROLLBACK, inNewTransaction(() -> {
				stack().push("second after");
				assertHolds(stack(), "first after", "second after");
			}));
		});
		assertHolds(stack(), "first after", "second after");
	}

	@Test
	void accumulatorMayBeAppendedToAfterTheCompletion() {
		Runnable append = () -> node().structures().accumulator(this.name, String.class).append("a");
		rolledBack(() -> {
			in(TransactionPhase.AFTER_ROLLBACK, inNewTransaction(append));
			append.run();
			in(TransactionPhase.AFTER_ROLLBACK, append);
		});
		node().inTransaction(() -> in(TransactionPhase.AFTER_COMMIT, append));
		assertThat(node().structures().accumulator(this.name, String.class)).containsExactly("a", "a", "a");
	}

	@Test
	void placingDoesNotDependOnCallbacksAfterTheCommit() {
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> node().inTransaction(() -> {
			register(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					throw new UnsupportedOperationException();
				}

			});
			stack().push("a");
		}));
		await().atMost(WAIT).untilAsserted(() -> assertThat(node().structures().status(this.name).size()).isEqualTo(1));
	}

	@Test
	void itemsArePlacedWhileCallbacksAfterTheCommitAreStillAtWork() {
		node().inTransaction(() -> {
			in(TransactionPhase.AFTER_COMMIT, () -> await().atMost(WAIT)
				.untilAsserted(() -> assertThat(node().structures().status(this.name).size()).isEqualTo(1)));
			stack().push("a");
		});
		assertHolds(stack(), "a");
	}

	@Test
	void pushFromAnEntityListenerInTheFlushAtTheCommit() {
		node().inTransaction(() -> {
			Purchase purchase = new Purchase(this.name).onPostPersist(() -> stack().push("persisted"));
			node().entityManager().persist(purchase);
			purchase.wrap(new Purchase(this.name + "-gift").onPrePersist(() -> stack().push("found in the flush"))
				.onPostPersist(() -> stack().push("gift persisted")));
		});
		assertThat(items(stack())).containsExactlyInAnyOrder("persisted", "found in the flush", "gift persisted");
		node().inTransaction(() -> node().entityManager()
			.persist(new Purchase(this.name + "-second").onPostPersist(() -> stack().push("second"))));
		assertThat(items(stack())).hasSize(4).endsWith("second");
	}

	@Test
	void pushFromAnEntityListenerIsRolledBackWithTheFlush() {
		rolledBack(() -> {
			node().entityManager().persist(new Purchase(this.name).onPostPersist(() -> stack().push("persisted")));
			node().entityManager().flush();
		});
		assertThat(stack()).isEmpty();
	}

	@Test
	void pushAfterTheCommitOfAPrunersTransactionIsDurableAtOnce() {
		AppendStack<String> other = stack(Node.newName());
		AppendStack<String> pruned = stack(bounds(1, 2).andThen((with) -> with.pruner((layer) -> {
			in(TransactionPhase.BEFORE_COMMIT, () -> other.push("before " + layer.generation()));
			in(TransactionPhase.AFTER_COMMIT, () -> {
				other.push("after " + layer.generation());
				assertThat(items(other)).endsWith("after " + layer.generation());
			});
		})));
		Numbered.items(0, 5).forEach(pruned::push);
		node().inTransaction(() -> pruned.pushAll(Numbered.items(5, 7)));
		assertThat(items(pruned)).containsExactly("6");
		await().atMost(WAIT)
			.untilAsserted(
					() -> assertHolds(other, "before 0", "after 0", "before 1", "after 1", "before 2", "after 2"));
	}

	@Test
	void pushOntoTheSameStackAfterTheCommitOfItsPrunersTransaction() {
		AppendStack<String> pruned = stack(bounds(2, 2).andThen((with) -> with
			.pruner((layer) -> in(TransactionPhase.AFTER_COMMIT, () -> stack().push("pruned " + layer.generation())))));
		Numbered.items(0, 5).forEach(pruned::push);
		assertThat(items(pruned)).containsExactly("2", "3", "4", "pruned 0");
	}

}
