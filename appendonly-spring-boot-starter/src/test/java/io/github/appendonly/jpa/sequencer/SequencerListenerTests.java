package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.BatchPlan;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.item.ItemCodec;
import io.github.appendonly.jpa.sequencer.SequencerListener.Outcome;
import io.github.appendonly.jpa.sequencer.SequencerListener.Way;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionSystemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * The notifications that listeners get.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@ExtendWith(OutputCaptureExtension.class)
class SequencerListenerTests extends DatabaseTests {

	private final Recording recording = new Recording();

	/**
	 * When the applications have started, which sets the levels.
	 */
	@BeforeEach
	void logAllThatUsersSee() {
		assertThat(node()).isNotSameAs(idleNode());
		logAt(LogLevel.INFO);
	}

	@AfterAll
	static void logAsOthersDo() {
		logAt(null);
	}

	private static void logAt(@Nullable LogLevel level) {
		LoggingSystem.get(SequencerListenerTests.class.getClassLoader())
			.setLogLevel(BatchReporter.class.getName(), level);
	}

	private JpaAppendOnlyStructures listened(SequencerListener... listeners) {
		return listened((task, delay) -> runAside(task), listeners);
	}

	private JpaAppendOnlyStructures listened(DelayingExecutor executor, SequencerListener... listeners) {
		return new JpaAppendOnlyStructures(node().bean(EntityManagerFactory.class),
				node().bean(PlatformTransactionManager.class), node().bean(ItemCodec.class), executor,
				new JpaAppendOnlyStructures.Options(
						RetryPolicy.builder().predicate(JpaAppendOnlyStructures::isTransient).maxRetries(10).build(),
						true, false, List.of(listeners)));
	}

	@SuppressWarnings("FutureReturnValueIgnored")
	private static void runAside(Runnable task) {
		CompletableFuture.runAsync(task);
	}

	private AppendStack<String> listenedStack(Consumer<StackSettings<String>> settings) {
		return listened(this.recording).stack(this.name, String.class, settings);
	}

	@Test
	void transactionsThatWaitAreCountedUntilTheyArePlaced() {
		JpaAppendOnlyStructures structures = listened((task, delay) -> {
		});
		StructureOperations operations = structures.operations();
		assertThat(operations.longestWait()).isEmpty();
		for (String name : List.of(this.name, this.name, this.name + "-other")) {
			node().inTransaction(() -> structures.stack(name, String.class).push("a"));
		}
		assertThat(operations.waitingTransactions()).isEqualTo(3);
		Duration ofTheFirst = operations.longestWait(this.name).orElseThrow();
		assertThat(operations.longestWait().orElseThrow()).isGreaterThanOrEqualTo(ofTheFirst);
		assertThat(operations.place(this.name)).isEqualTo(2);
		assertThat(operations.waitingTransactions()).isEqualTo(1);
		assertThat(operations.place(this.name + "-other")).isEqualTo(1);
		assertThat(operations.waitingTransactions()).isZero();
		assertThat(operations.longestWait()).isEmpty();
	}

	@Test
	void appendsAndConsumersOfAccumulatorsAreTold() {
		Accumulator<String> accumulator = listened(this.recording).accumulator(this.name, String.class);
		accumulator.extend(List.of("a", "b"));
		node().inTransaction(() -> {
			accumulator.append("c");
			accumulator.extend(List.of("d", "e"));
		});
		assertThat(accumulator.consume(4)).hasSize(4);
		assertThat(accumulator.consume()).hasSize(1);
		assertThat(accumulator.consume()).isEmpty();
		assertThat(this.recording.appends)
			.extracting(SequencerListener.Append::accumulator, SequencerListener.Append::inTransaction,
					SequencerListener.Append::outcome, SequencerListener.Append::items)
			.containsExactly(tuple(this.name, false, Outcome.SUCCESS, 2), tuple(this.name, true, Outcome.SUCCESS, 3));
		assertThat(this.recording.consumed).containsExactly(this.name + " 4", this.name + " 1");
	}

	@Test
	void pushOutsideOfTransactionsIsToldWithItsBatch() {
		listenedStack((settings) -> {
		}).pushAll(List.of("a", "b"));
		assertThat(this.recording.pushes)
			.extracting(SequencerListener.Push::stack, SequencerListener.Push::way, SequencerListener.Push::outcome)
			.containsExactly(tuple(this.name, Way.GROUP_COMMIT, Outcome.SUCCESS));
		assertThat(this.recording.batches)
			.extracting(SequencerListener.Batch::stack, SequencerListener.Batch::requests,
					SequencerListener.Batch::items, SequencerListener.Batch::inboxRows,
					SequencerListener.Batch::conflicts, SequencerListener.Batch::failure)
			.containsExactly(tuple(this.name, 1, 2, 0, 0, Optional.empty()));
		assertThat(this.recording.origins).containsExactly(List.of("origin"));
	}

	@Test
	void pushOfWhichNobodyKnowsWhetherItWasCommittedIsTold() {
		AtomicBoolean breaking = new AtomicBoolean();
		PlatformTransactionManager given = node().bean(PlatformTransactionManager.class);
		PlatformTransactionManager transactions = (PlatformTransactionManager) Proxy.newProxyInstance(
				SequencerListenerTests.class.getClassLoader(), new Class<?>[] { PlatformTransactionManager.class },
				(proxy, method, arguments) -> {
					Object result = method.invoke(given, arguments);
					if (method.getName().equals("commit") && breaking.get()) {
						throw new TransactionSystemException("The connection broke");
					}
					return result;
				});
		AppendStack<String> stack = new JpaAppendOnlyStructures(node().bean(EntityManagerFactory.class), transactions,
				node().bean(ItemCodec.class), (task, delay) -> runAside(task),
				new JpaAppendOnlyStructures.Options(
						RetryPolicy.builder().predicate(JpaAppendOnlyStructures::isTransient).maxRetries(3).build(),
						true, true, List.of(this.recording)))
			.stack(this.name, String.class);
		stack.push("0");
		breaking.set(true);
		assertThatExceptionOfType(UncertainCommitException.class).isThrownBy(() -> stack.push("1"));
		assertThat(stack.pushAsync("2")).failsWithin(WAIT)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(UncertainCommitException.class);
		await().atMost(WAIT).untilAsserted(() -> assertThat(this.recording.pushes).hasSize(3));
		assertThat(this.recording.pushes).extracting(SequencerListener.Push::outcome)
			.containsExactly(Outcome.SUCCESS, Outcome.UNCERTAIN, Outcome.UNCERTAIN);
		assertThat(items(stack())).containsExactly("0", "1", "2");
	}

	@Test
	void asynchronousPushIsTold() {
		AppendStack<String> stack = listenedStack((settings) -> {
		});
		assertThat(stack.pushAsync("a")).succeedsWithin(WAIT);
		await().atMost(WAIT).untilAsserted(() -> assertThat(this.recording.pushes).hasSize(1));
		assertThat(this.recording.pushes.element().way()).isEqualTo(Way.GROUP_COMMIT);
	}

	@Test
	void pushesOfATransactionAreOneAndTheBatchThatPlacesThemKnowsHowLongTheyWaited() {
		AppendStack<String> stack = listenedStack((settings) -> {
		});
		node().inTransaction(() -> {
			stack.push("a");
			stack.push("b");
		});
		await().atMost(WAIT).untilAsserted(() -> assertThat(this.recording.placed()).isEqualTo(2));
		assertThat(this.recording.pushes).extracting(SequencerListener.Push::way, SequencerListener.Push::outcome)
			.containsExactly(tuple(Way.INBOX, Outcome.SUCCESS));
		assertThat(this.recording.batches).filteredOn((batch) -> batch.items() > 0)
			.extracting(SequencerListener.Batch::requests, SequencerListener.Batch::inboxRows,
					(batch) -> batch.delays().size())
			.containsExactly(tuple(0, 1, 1));
		assertThat(this.recording.origins).contains(List.of("origin"));
	}

	@Test
	void itemsThatWaitHaveAnAgeUntilTheyArePlaced() {
		List<Runnable> tasks = new ArrayList<>();
		JpaAppendOnlyStructures lazy = new JpaAppendOnlyStructures(node().bean(EntityManagerFactory.class),
				node().bean(PlatformTransactionManager.class), node().bean(ItemCodec.class),
				(task, delay) -> tasks.add(task),
				new JpaAppendOnlyStructures.Options(RetryPolicy.withMaxRetries(3), true, false, List.of()));
		node().inTransaction(() -> lazy.stack(this.name, String.class).push("a"));
		assertThat(lazy.operations().longestWait(this.name)).isPresent();
		assertThat(lazy.operations().waiting(this.name)).isEqualTo(1);
		assertThat(lazy.operations().place(this.name)).isEqualTo(1);
		assertThat(lazy.operations().longestWait(this.name)).isEmpty();
		assertThat(lazy.operations().waiting(this.name)).isZero();
		assertThat(lazy.operations().place(this.name)).isZero();
	}

	@Test
	void pushThatIsPlacedInItsTransactionIsToldOnItsWay() {
		AppendStack<String> stack = listenedStack(bounds(1, 2).andThen((with) -> with.archived()));
		node().inTransaction(() -> {
			stack.pushAll(Numbered.items(0, 5));
			assertThat(items(stack)).containsExactly("4");
			assertThat(this.recording.pruned).isEmpty();
		});
		assertThat(this.recording.pushes).extracting(SequencerListener.Push::way).containsExactly(Way.IN_TRANSACTION);
		assertThat(this.recording.pruned).containsExactly(this.name + " 2 2");
	}

	@Test
	void layersThatArePrunedInATransactionThatRollsBackAreNotTold() {
		AppendStack<String> stack = listenedStack(bounds(1, 2));
		node().transaction().executeWithoutResult((status) -> {
			stack.pushAll(Numbered.items(0, 5));
			assertThat(items(stack)).containsExactly("4");
			status.setRollbackOnly();
		});
		assertThat(this.recording.pruned).isEmpty();
	}

	@Test
	void prunedAndArchivedLayersAreTold() {
		listenedStack(bounds(2, 2).andThen((with) -> with.archived())).pushAll(Numbered.items(0, 7));
		listenedStack(bounds(2, 2).andThen((with) -> with.archived(false))).pushAll(Numbered.items(7, 9));
		assertThat(this.recording.pruned).containsExactly(this.name + " 2 2", this.name + " 1 0");
	}

	@Test
	void moreThanABatchTakesFromTheInboxIsCountedWhole() {
		node().inTransaction(() -> {
			for (int i = 0; i < 2 * BatchPlan.INBOX_ROWS + 1; i++) {
				node().jdbc()
					.sql("insert into appendonly_inbox (name, length, items) values (?, 1, '[\"a\"]')")
					.param(this.name)
					.update();
			}
		});
		assertThat(listened(this.recording).operations().place(this.name)).isEqualTo(2 * BatchPlan.INBOX_ROWS + 1);
		assertThat(this.recording.batches).extracting(SequencerListener.Batch::inboxRows)
			.containsExactly(2 * BatchPlan.INBOX_ROWS + 1);
	}

	@Test
	void lostRacesAreCounted() {
		List<Long> calls = new ArrayList<>();
		JpaAppendOnlyStructures listened = listened(this.recording);
		AppendStack<String> stack = listened.stack(this.name, String.class,
				bounds(1, 1).andThen((with) -> with.pruner((layer) -> {
					calls.add(layer.generation());
					if (calls.size() < 3) {
						throw new ObjectOptimisticLockingFailureException("entity", layer.generation());
					}
				})));
		stack.push("0");
		stack.push("1");
		assertThat(this.recording.batches).extracting(SequencerListener.Batch::conflicts).containsExactly(0, 2);
		assertThat(listened.status(this.name).conflicts()).isEqualTo(2);
	}

	@Test
	void racesThatAreLostToAnotherNodeAreCounted() {
		JpaAppendOnlyStructures listened = listened(this.recording);
		List<AppendStack<String>> racing = List.of(listened.stack(this.name, String.class),
				listened().stack(this.name, String.class));
		await().atMost(WAIT).until(() -> {
			Writers.run(2, (writer) -> Numbered.items(0, 20).forEach(racing.get(writer)::push));
			return this.recording.conflicts() > 0;
		});
		assertThat(listened.status(this.name).conflicts()).isEqualTo(this.recording.conflicts());
	}

	@Test
	void failureOfAPushOwnPrunerIsThatOfThePushAlone() {
		AppendStack<String> stack = listenedStack(bounds(1, 1));
		stack.push("0");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> stack.push("1", (layer) -> {
			throw new UnsupportedOperationException("no");
		}));
		assertThat(this.recording.pushes).extracting(SequencerListener.Push::outcome)
			.containsExactly(Outcome.SUCCESS, Outcome.FAILURE);
		assertThat(this.recording.batches).extracting((batch) -> batch.failure().isPresent())
			.containsExactly(false, true);
		assertThat(this.recording.failures).isEmpty();
	}

	@Test
	void prunerThatFailsForWhatWaitsIsToldWithItsCause(CapturedOutput output) {
		AtomicBoolean failing = new AtomicBoolean(true);
		AppendStack<String> stack = listenedStack(bounds(1, 1).andThen((with) -> with.pruner((layer) -> {
			if (failing.get()) {
				throw new UnsupportedOperationException("no");
			}
		})));
		stack.push("0");
		leaveInInbox("1");
		assertThat(items(stack)).containsExactly("0", "1");
		assertThat(this.recording.failures)
			.containsExactly(this.name + " not pruned: java.lang.UnsupportedOperationException: no");
		failing.set(false);
		stack.push("2");
		assertThat(lines(output)).satisfiesExactly((failed) -> assertThat(failed).contains("WARN")
			.endsWith("Layers of stack '" + this.name + "' (newest position 0-0) stay beyond the bounds, as its pruner"
					+ " has failed; the next push tries again: java.lang.UnsupportedOperationException: no"),
				(recovered) -> assertThat(recovered).contains("INFO")
					.endsWith("The layers of stack '" + this.name + "' are within the bounds again"));
	}

	@Test
	void inboxThatCannotBePlacedIsToldWithItsCauseInOneLine(CapturedOutput output) {
		AppendStack<String> stack = listenedStack((settings) -> {
		});
		stack.push("placed");
		leaveInInbox("0");
		node().jdbc()
			.sql("insert into appendonly_slice (stack, generation, first_index, length, items, stamp)"
					+ " values (?, 7, 0, 1, '[1]', 1)")
			.param(this.name)
			.update();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> items(stack));
		}
		assertThat(this.recording.failures).hasSize(3)
			.first()
			.asString()
			.startsWith(this.name + " not placed: ")
			.contains("CorruptStructureException: Rows are damaged: stack '" + this.name + "', ");
		node().jdbc().sql("delete from appendonly_slice where stack = ? and generation = 7").param(this.name).update();
		assertThat(items(stack)).containsExactly("placed", "0");
		assertThat(lines(output)).satisfiesExactly(
				(failed) -> assertThat(failed).contains("WARN")
					.contains("The items in the inbox of stack '" + this.name
							+ "' could not be placed; the next push or read tries again: "),
				(recovered) -> assertThat(recovered).contains("INFO")
					.endsWith("Placing the inbox of stack '" + this.name + "' works again"));
	}

	private List<String> lines(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> line.contains("'" + this.name + "'")).toList();
	}

	@Test
	void listenerThatThrowsHarmsNothing() {
		AppendStack<String> stack = listened(new Throwing(), this.recording).stack(this.name, String.class,
				bounds(1, 1).andThen((with) -> with.pruner((layer) -> {
				})));
		stack.push("0");
		node().inTransaction(() -> stack.push("1"));
		node().inTransaction(() -> {
			stack.push("2");
			assertThat(items(stack)).containsExactly("2");
		});
		assertThat(stack.pushAsync("3")).succeedsWithin(WAIT);
		assertThatIllegalStateException().isThrownBy(() -> stack.push("4", (layer) -> {
			throw new IllegalStateException("of the user");
		})).withMessage("of the user");
		assertThat(items(stack)).containsExactly("3");
		await().atMost(WAIT).untilAsserted(() -> assertThat(this.recording.pushes).hasSize(5));
	}

	/**
	 * Writes down what it is told.
	 */
	private static final class Recording implements SequencerListener {

		private final Queue<Push> pushes = new ConcurrentLinkedQueue<>();

		private final Queue<Batch> batches = new ConcurrentLinkedQueue<>();

		private final Queue<List<Object>> origins = new ConcurrentLinkedQueue<>();

		private final Queue<String> pruned = new ConcurrentLinkedQueue<>();

		private final Queue<String> failures = new ConcurrentLinkedQueue<>();

		private final Queue<Append> appends = new ConcurrentLinkedQueue<>();

		private final Queue<String> consumed = new ConcurrentLinkedQueue<>();

		int conflicts() {
			return this.batches.stream().mapToInt(Batch::conflicts).sum();
		}

		int placed() {
			return this.batches.stream().mapToInt(Batch::items).sum();
		}

		@Override
		public Object origin() {
			return "origin";
		}

		@Override
		public void pushed(Push push) {
			this.pushes.add(push);
		}

		@Override
		public void appended(Append append) {
			this.appends.add(append);
		}

		@Override
		public void consumed(String accumulator, int items) {
			this.consumed.add(accumulator + " " + items);
		}

		@Override
		public Consumer<Batch> begun(String stack, List<Object> origins) {
			this.origins.add(origins);
			return this.batches::add;
		}

		@Override
		public void pruned(String stack, int layers, int archived) {
			this.pruned.add(stack + " " + layers + " " + archived);
		}

		@Override
		public void notPlaced(String stack, Throwable cause) {
			this.failures.add(stack + " not placed: " + cause);
		}

		@Override
		public void notPruned(String stack, Throwable cause) {
			this.failures.add(stack + " not pruned: " + cause);
		}

	}

	/**
	 * Fails whatever it is told.
	 */
	private static final class Throwing implements SequencerListener {

		@Override
		public @Nullable Object origin() {
			throw new IllegalArgumentException("of the listener");
		}

		@Override
		public void pushed(Push push) {
			throw new IllegalArgumentException("of the listener");
		}

		@Override
		public Consumer<Batch> begun(String stack, List<Object> origins) {
			if (origins.isEmpty()) {
				throw new IllegalArgumentException("of the listener");
			}
			return (batch) -> {
				throw new IllegalArgumentException("of the listener");
			};
		}

		@Override
		public void pruned(String stack, int layers, int archived) {
			throw new AssertionError("of the listener");
		}

	}

}
