package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.item.ItemCodec;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * How many asynchronous pushes may wait, and where their futures complete.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class AsynchronousPushTests extends DatabaseTests {

	private static final Duration READ_WAIT = Duration.ofMillis(500);

	private final List<Runnable> tasks = Collections.synchronizedList(new ArrayList<>());

	/**
	 * A stack whose asynchronous pushes wait until the tasks are run.
	 */
	private AppendStack<String> waiting(JpaAppendOnlyStructures.Limits limits) {
		return new JpaAppendOnlyStructures(node().bean(EntityManagerFactory.class),
				node().bean(PlatformTransactionManager.class), node().bean(ItemCodec.class),
				(task, delay) -> this.tasks.add(task),
				new JpaAppendOnlyStructures.Options(RetryPolicy.withMaxRetries(3), true, false, limits, List.of()))
			.stack(this.name, String.class);
	}

	private void runTasks() {
		List<Runnable> taken = List.copyOf(this.tasks);
		this.tasks.clear();
		taken.forEach(Runnable::run);
	}

	private static JpaAppendOnlyStructures.Limits items(int items, boolean waits) {
		return new JpaAppendOnlyStructures.Limits(READ_WAIT, items, Long.MAX_VALUE, waits);
	}

	@Test
	void itemsBeyondTheLimitAreRefused() {
		AppendStack<String> stack = waiting(items(2, false));
		List<CompletableFuture<Position>> accepted = List.of(stack.pushAsync("0"), stack.pushAsync("1"));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(stack.pushAsync("refused")::get)
			.havingCause()
			.isInstanceOf(RejectedExecutionException.class)
			.withMessageStartingWith("Cannot push onto stack '" + this.name + "' asynchronously: 2 items of about ")
			.withMessageContaining("at most 2 items (appendonly.async-push.max-items)");
		runTasks();
		assertThat(accepted).allSatisfy((each) -> assertThat(each).succeedsWithin(WAIT));
		CompletableFuture<Position> next = stack.pushAsync("2");
		runTasks();
		assertThat(next).succeedsWithin(WAIT);
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 3));
	}

	@Test
	void bytesBeyondTheLimitAreRefused() {
		AppendStack<String> stack = waiting(
				new JpaAppendOnlyStructures.Limits(READ_WAIT, Integer.MAX_VALUE, 10_000, false));
		CompletableFuture<Position> tooLongButAlone = stack.pushAsync("x".repeat(20_000));
		assertThat(stack.pushAsync("refused")).isCompletedExceptionally();
		runTasks();
		assertThat(tooLongButAlone).succeedsWithin(WAIT);
		CompletableFuture<Position> first = stack.pushAsync("x".repeat(4000));
		assertThat(stack.pushAsync("x".repeat(4000))).isCompletedExceptionally();
		runTasks();
		assertThat(first).succeedsWithin(WAIT);
		assertThat(stack().size()).isEqualTo(2);
	}

	@Test
	void itemsOfAllStacksCountAndSynchronousPushesAreNeverRefused() {
		AppendStack<String> stack = waiting(items(1, false));
		CompletableFuture<Position> first = stack.pushAsync("0");
		stack.push("1");
		assertThat(first).succeedsWithin(WAIT);
		assertThat(items(stack())).containsExactly("0", "1");
	}

	@Test
	void callerWaitsForRoomIfItIsToldTo() throws Exception {
		AppendStack<String> stack = waiting(items(1, true));
		CompletableFuture<Position> first = stack.pushAsync("0");
		FutureTask<CompletableFuture<Position>> second = new FutureTask<>(() -> stack.pushAsync("1"));
		Thread caller = new Thread(second);
		caller.start();
		while (caller.getState() != Thread.State.WAITING) {
			Thread.onSpinWait();
		}
		runTasks();
		assertThat(first).succeedsWithin(WAIT);
		CompletableFuture<Position> placed = second.get();
		runTasks();
		assertThat(placed).succeedsWithin(WAIT);
		assertThat(items(stack())).containsExactly("0", "1");
	}

	@Test
	void callerThatHoldsAConnectionIsRefusedAndDoesNotWait() {
		AppendStack<String> stack = waiting(items(1, true));
		CompletableFuture<Position> first = stack.pushAsync("0");
		node().inTransaction(() -> assertThat(stack.pushAsync("refused")).isCompletedExceptionally());
		runTasks();
		assertThat(first).succeedsWithin(WAIT);
	}

	@Test
	void interruptedCallerIsRefused() throws Exception {
		AppendStack<String> stack = waiting(items(1, true));
		CompletableFuture<Position> first = stack.pushAsync("0");
		Thread.currentThread().interrupt();
		assertThat(stack.pushAsync("refused")).isCompletedExceptionally();
		assertThat(Thread.interrupted()).isTrue();
		runTasks();
		assertThat(first).succeedsWithin(WAIT);
	}

	@Test
	void futureDoesNotCompleteOnTheThreadOfAnotherCaller() {
		AppendStack<String> stack = waiting(JpaAppendOnlyStructures.Limits.DEFAULT);
		CompletableFuture<Thread> completing = stack.pushAsync("0").thenApply((position) -> Thread.currentThread());
		stack.push("1");
		assertThat(completing).succeedsWithin(WAIT).isNotSameAs(Thread.currentThread());
	}

	@Test
	void callbacksThatBlockDelayNobodyWhoPlaces() {
		CountDownLatch release = new CountDownLatch(1);
		List<CompletableFuture<Void>> blocked = new ArrayList<>();
		node().inTransaction(() -> {
			stack().push("0");
			assertThat(stack().newest()).as("it is placed, and the stack is locked, until the commit").isPresent();
			for (int i = 1; i <= 10; i++) {
				blocked.add(stack().pushAsync("" + i).thenAccept((position) -> awaited(release)));
			}
		});
		stack().push("11");
		node().inTransaction(() -> stack().push("12"));
		assertThat(items(stack())).isEqualTo(Numbered.items(0, 13));
		release.countDown();
		assertThat(blocked).allSatisfy((each) -> assertThat(each).succeedsWithin(WAIT));
	}

	@Test
	void interruptOfAVirtualThreadDoesNotReachTheConnectionOfOthers() throws Exception {
		assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
		AppendStack<String> stack = waiting(JpaAppendOnlyStructures.Limits.DEFAULT);
		List<Thread> pruning = new ArrayList<>();
		CompletableFuture<Position> other = stack.pushAsync("0");
		FutureTask<Boolean> pushing = new FutureTask<>(() -> {
			Thread caller = Thread.currentThread();
			stack.push("1", (layer) -> {
				pruning.add(Thread.currentThread());
				caller.interrupt();
			});
			return Thread.interrupted();
		});
		stack(bounds(1, 1)).push("first");
		((Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, pushing)).join();
		assertThat(pushing.get()).isTrue();
		assertThat(other).succeedsWithin(WAIT);
		assertThat(pruning).isNotEmpty()
			.allSatisfy((thread) -> assertThat(thread.getName()).startsWith("appendonly-batch-"));
	}

	private static void awaited(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
