package io.github.appendonly.commit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.Numbered;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.Writers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class GroupCommitTests {

	private static final Executor REJECTING = (task) -> {
		throw new RejectedExecutionException("shut down");
	};

	private final ExecutorService pool = Executors.newFixedThreadPool(2);

	private final Log log = new Log();

	@AfterEach
	void stopThePool() {
		this.pool.shutdownNow();
	}

	@Test
	void singleItemIsCommittedOnTheThreadOfItsCaller() {
		AtomicReference<Thread> committer = new AtomicReference<>();
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			committer.set(Thread.currentThread());
			return this.log.commit(batch);
		}, REJECTING, 10);
		assertThat(group.commit("a")).isEqualTo("committed a");
		assertThat(group.commit("b")).isEqualTo("committed b");
		assertThat(committer).hasValue(Thread.currentThread());
		assertThat(this.log.batches).containsExactly(List.of("a"), List.of("b"));
	}

	@Test
	void asynchronousItemIsCommittedByTheExecutor() throws Exception {
		AtomicReference<Thread> committer = new AtomicReference<>();
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			committer.set(Thread.currentThread());
			return this.log.commit(batch);
		}, this.pool, 10);
		assertThat(group.commitAsync("a").get()).isEqualTo("committed a");
		assertThat(committer).doesNotHaveValue(Thread.currentThread());
	}

	@Test
	void whatArrivesDuringACommitIsCommittedTogetherInOrder() throws Exception {
		GroupCommit<String, String> group = group(this.pool, 100);
		FutureTask<String> first = underWay(group, "first");
		List<FutureTask<String>> waiting = new ArrayList<>();
		for (String item : Numbered.items(0, 20)) {
			waiting.add(Writers.waiting(() -> group.commit(item)));
		}
		CompletableFuture<String> last = group.commitAsync("last");
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		for (int i = 0; i < 20; i++) {
			assertThat(waiting.get(i).get()).isEqualTo("committed " + i);
		}
		assertThat(last.get()).isEqualTo("committed last");
		List<String> together = new ArrayList<>(Numbered.items(0, 20));
		together.add("last");
		assertThat(this.log.batches).containsExactly(List.of("first"), together);
	}

	@Test
	void batchTakesNoMoreThanItsMaximum() throws Exception {
		GroupCommit<String, String> group = group(this.pool, 3);
		FutureTask<String> first = underWay(group, "first");
		List<CompletableFuture<String>> placed = Numbered.items(0, 7).stream().map(group::commitAsync).toList();
		this.log.gate.countDown();
		CompletableFuture.allOf(placed.toArray(CompletableFuture[]::new)).get();
		assertThat(first.get()).isEqualTo("committed first");
		assertThat(this.log.batches).containsExactly(List.of("first"), Numbered.items(0, 3), Numbered.items(3, 6),
				Numbered.items(6, 7));
	}

	@Test
	void maximumBelowOneIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> group(this.pool, 0))
			.withMessage("maxBatch must be at least 1, but is 0");
	}

	@Test
	void itemThatCannotBeCommittedFailsAlone() throws Exception {
		IllegalArgumentException refusal = new IllegalArgumentException("bad");
		this.log.refuse("2", refusal);
		GroupCommit<String, String> group = group(this.pool, 100);
		FutureTask<String> first = underWay(group, "first");
		List<FutureTask<String>> waiting = new ArrayList<>();
		for (String item : Numbered.items(0, 5)) {
			waiting.add(Writers.waiting(() -> group.commit(item)));
		}
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		for (int i = 0; i < 5; i++) {
			if (i == 2) {
				assertThatExceptionOfType(Exception.class).isThrownBy(waiting.get(i)::get)
					.havingCause()
					.isSameAs(refusal);
			}
			else {
				assertThat(waiting.get(i).get()).isEqualTo("committed " + i);
			}
		}
		assertThat(this.log.committed()).containsExactly("first", "0", "1", "3", "4");
	}

	@Test
	void failureOfASingleItemIsNotTriedAgain() {
		IllegalArgumentException refusal = new IllegalArgumentException("bad");
		this.log.refuse("a", refusal);
		GroupCommit<String, String> group = group(this.pool, 100);
		assertThatIllegalArgumentException().isThrownBy(() -> group.commit("a")).isSameAs(refusal);
		assertThat(this.log.attempts).hasValue(1);
		assertThat(group.commit("b")).isEqualTo("committed b");
	}

	@Test
	void checkedExceptionOfTheCommitterIsWrapped() throws Exception {
		IOException cause = new IOException("disk");
		this.log.refuse("a", cause);
		GroupCommit<String, String> group = group(this.pool, 100);
		assertThatIllegalStateException().isThrownBy(() -> group.commit("a")).havingCause().isSameAs(cause);
		assertThatExceptionOfType(Exception.class).isThrownBy(group.commitAsync("a")::get)
			.havingCause()
			.isSameAs(cause);
	}

	@Test
	void uncertainCommitFailsTheWholeBatchOnce() throws Exception {
		assertThatBatchFailsOnce(new UncertainCommitException("connection lost", new IOException()));
	}

	@Test
	void errorThatEndsTheJvmFailsTheWholeBatchOnce() throws Exception {
		assertThatBatchFailsOnce(new OutOfMemoryError());
	}

	@Test
	void failureThatIsNoItemsFaultFailsTheWholeBatchOnce() throws Exception {
		assertThatBatchFailsOnce(new NoItemsFault());
	}

	private void assertThatBatchFailsOnce(Throwable failure) throws Exception {
		this.log.refuse("1", failure);
		GroupCommit<String, String> group = group(this.pool, 100);
		FutureTask<String> first = underWay(group, "first");
		List<FutureTask<String>> waiting = new ArrayList<>();
		for (String item : Numbered.items(0, 3)) {
			waiting.add(Writers.waiting(() -> group.commit(item)));
		}
		CompletableFuture<String> async = group.commitAsync("async");
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		for (FutureTask<String> one : waiting) {
			assertThatExceptionOfType(Exception.class).isThrownBy(one::get).havingCause().isSameAs(failure);
		}
		assertThatExceptionOfType(Exception.class).isThrownBy(async::get).havingCause().isSameAs(failure);
		assertThat(this.log.attempts).hasValue(2);
		assertThat(group.commit("next")).isEqualTo("committed next");
	}

	@Test
	void wrongNumberOfResultsFailsTheBatchButIsNotTriedAgain() throws Exception {
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			this.log.commit(batch);
			return List.of("one");
		}, this.pool, 100);
		FutureTask<String> first = underWay(group, "first");
		List<CompletableFuture<String>> two = List.of(group.commitAsync("a"), group.commitAsync("b"));
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("one");
		for (CompletableFuture<String> one : two) {
			assertThatExceptionOfType(Exception.class).isThrownBy(one::get)
				.havingCause()
				.isInstanceOf(IllegalStateException.class)
				.withMessage("The committer returned 1 results for 2 items");
		}
		assertThat(this.log.batches).containsExactly(List.of("first"), List.of("a", "b"));
	}

	@Test
	void committerMayNotWaitForItsOwnGroup() {
		AtomicReference<GroupCommit<String, String>> self = new AtomicReference<>();
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> List.of(self.get().commit("nested")),
				this.pool, 100);
		self.set(group);
		assertThatIllegalStateException().isThrownBy(() -> group.commit("a"))
			.withMessageContaining("must not wait for a commit of its own group");
	}

	@Test
	void committerMayCommitAsynchronously() throws Exception {
		AtomicReference<GroupCommit<String, String>> self = new AtomicReference<>();
		AtomicReference<CompletableFuture<String>> nested = new AtomicReference<>();
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			if (batch.contains("a")) {
				nested.set(self.get().commitAsync("nested"));
			}
			return this.log.commit(batch);
		}, this.pool, 100);
		self.set(group);
		assertThat(group.commit("a")).isEqualTo("committed a");
		assertThat(nested.get().get()).isEqualTo("committed nested");
		assertThat(this.log.batches).containsExactly(List.of("a"), List.of("nested"));
	}

	@Test
	void cancelingAFutureChangesNothing() throws Exception {
		GroupCommit<String, String> group = group(this.pool, 100);
		FutureTask<String> first = underWay(group, "first");
		CompletableFuture<String> canceled = group.commitAsync("a");
		CompletableFuture<String> next = group.commitAsync("b");
		canceled.cancel(true);
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		assertThat(next.get()).isEqualTo("committed b");
		assertThat(this.log.committed()).containsExactly("first", "a", "b");
	}

	@Test
	void rejectingExecutorFailsAsynchronousItemsOnly() throws Exception {
		GroupCommit<String, String> group = group(REJECTING, 100);
		assertThatExceptionOfType(Exception.class).isThrownBy(group.commitAsync("a")::get)
			.withCauseInstanceOf(RejectedExecutionException.class);
		FutureTask<String> first = underWay(group, "first");
		List<CompletableFuture<String>> left = List.of(group.commitAsync("b"), group.commitAsync("c"));
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		for (CompletableFuture<String> one : left) {
			assertThatExceptionOfType(Exception.class).isThrownBy(one::get)
				.withCauseInstanceOf(RejectedExecutionException.class);
		}
		assertThat(group.commit("d")).isEqualTo("committed d");
		assertThat(this.log.committed()).containsExactly("first", "d");
	}

	@Test
	void asynchronousItemsThatNoBatchHasTakenCanBeRefused() throws Exception {
		GroupCommit<String, String> group = group(this.pool, 2);
		FutureTask<String> first = underWay(group, "first");
		List<CompletableFuture<String>> refused = List.of(group.commitAsync("a"), group.commitAsync("b"));
		FutureTask<String> waiting = Writers.waiting(() -> group.commit("waiting"));
		refused = Stream.concat(refused.stream(), Stream.of(group.commitAsync("c"))).toList();
		RejectedExecutionException reason = new RejectedExecutionException("over");
		group.refuse(reason);
		for (CompletableFuture<String> one : refused) {
			assertThat(one).isCompletedExceptionally();
			assertThatExceptionOfType(Exception.class).isThrownBy(one::get).havingCause().isSameAs(reason);
		}
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		assertThat(waiting.get()).isEqualTo("committed waiting");
		assertThat(group.commitAsync("next").get()).isEqualTo("committed next");
		assertThat(this.log.batches).containsExactly(List.of("first"), List.of("waiting"), List.of("next"));
	}

	@Test
	void itemIsEitherCommittedOrRefused() throws Exception {
		List<String> committed = new ArrayList<>();
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			committed.addAll(batch);
			return batch;
		}, this.pool, 3);
		Queue<String> succeeded = new ConcurrentLinkedQueue<>();
		AtomicInteger refused = new AtomicInteger();
		RejectedExecutionException reason = new RejectedExecutionException("over");
		Writers.run(Writers.COUNT, (writer) -> {
			List<CompletableFuture<String>> placed = new ArrayList<>();
			for (int i = 0; i < Writers.ITEMS; i++) {
				placed.add(group.commitAsync(Writers.item(writer, i)));
				if (i % 10 == writer) {
					group.refuse(reason);
				}
				if (i % 25 == 0) {
					succeeded.add(group.commit("waiting " + writer + " " + i));
				}
			}
			for (CompletableFuture<String> one : placed) {
				one.handle((result, failure) -> (failure == null) ? succeeded.add(result)
						: failure.getCause() == reason && refused.incrementAndGet() > 0)
					.get();
			}
		});
		assertThat(committed).containsExactlyInAnyOrderElementsOf(succeeded);
		assertThat(committed).doesNotHaveDuplicates();
		assertThat(refused).hasPositiveValue();
		long asynchronous = committed.stream().filter((item) -> !item.startsWith("waiting")).count();
		assertThat(asynchronous + refused.get()).isEqualTo((long) Writers.COUNT * Writers.ITEMS);
	}

	@Test
	void executorMayFailInAnyWay() throws Exception {
		OutOfMemoryError failure = new OutOfMemoryError("unable to create native thread");
		GroupCommit<String, String> group = group((task) -> {
			throw failure;
		}, 100);
		assertThatExceptionOfType(Exception.class).isThrownBy(group.commitAsync("a")::get)
			.havingCause()
			.isSameAs(failure);
		assertThat(group.commit("b")).isEqualTo("committed b");
	}

	@Test
	void callerWhoWaitsCommitsWhatIsAheadWhenTheExecutorRejects() throws Exception {
		GroupCommit<String, String> group = group(REJECTING, 2);
		FutureTask<String> first = underWay(group, "first");
		List<CompletableFuture<String>> ahead = Numbered.items(0, 5).stream().map(group::commitAsync).toList();
		FutureTask<String> waiting = Writers.waiting(() -> group.commit("waiting"));
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		assertThat(waiting.get()).isEqualTo("committed waiting");
		for (int i = 0; i < ahead.size(); i++) {
			assertThat(ahead.get(i).get()).isEqualTo("committed " + i);
		}
		assertThat(this.log.batches).containsExactly(List.of("first"), List.of("0", "1"), List.of("2", "3"),
				List.of("4", "waiting"));
	}

	@Test
	void callerDoesNotWaitForAnExecutorThatHasNotBegun() throws Exception {
		Queue<Runnable> tasks = new ArrayDeque<>();
		GroupCommit<String, String> group = group(tasks::add, 100);
		CompletableFuture<String> async = group.commitAsync("async");
		assertThat(async).isNotDone();
		assertThat(group.commit("waiting")).isEqualTo("committed waiting");
		assertThat(async.get()).isEqualTo("committed async");
		assertThat(this.log.batches).containsExactly(List.of("async", "waiting"));
		tasks.forEach(Runnable::run);
		assertThat(this.log.batches).hasSize(1);
		assertThat(group.commitAsync("next")).isNotDone();
		tasks.forEach(Runnable::run);
		assertThat(this.log.committed()).containsExactly("async", "waiting", "next");
	}

	@Test
	void callersOnAllThreadsOfTheExecutorDoNotBlockEachOther() throws Exception {
		ExecutorService single = Executors.newSingleThreadExecutor();
		try {
			GroupCommit<String, String> group = group(single, 100);
			CountDownLatch appointed = new CountDownLatch(1);
			CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
				awaitUninterrupted(appointed);
				return group.commit("waiting");
			}, single);
			CompletableFuture<String> async = group.commitAsync("async");
			appointed.countDown();
			assertThat(waiting.get()).isEqualTo("committed waiting");
			assertThat(async.get()).isEqualTo("committed async");
		}
		finally {
			single.shutdownNow();
		}
	}

	@Test
	void executorMayRunOnTheCallingThread() throws Exception {
		GroupCommit<String, String> group = group(Runnable::run, 100);
		assertThat(group.commitAsync("a")).isCompletedWithValue("committed a");
		assertThat(group.commit("b")).isEqualTo("committed b");
	}

	@Test
	void batchesAreNotNestedWhenTheExecutorRunsOnTheCallingThread() throws Exception {
		GroupCommit<String, String> group = group(Runnable::run, 1);
		FutureTask<String> first = underWay(group, "first");
		List<CompletableFuture<String>> placed = Numbered.items(0, 20_000).stream().map(group::commitAsync).toList();
		this.log.gate.countDown();
		CompletableFuture.allOf(placed.toArray(CompletableFuture[]::new)).get();
		assertThat(first.get()).isEqualTo("committed first");
		assertThat(this.log.committed()).hasSize(20_001).endsWith("19999");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 100 })
	void whatDependsOnAFutureMayCommit(int maxBatch) throws Exception {
		for (Executor executor : List.of(this.pool, (Executor) Runnable::run, REJECTING)) {
			GroupCommit<String, String> group = group(executor, maxBatch);
			this.log.reset();
			FutureTask<String> first = underWay(group, "first");
			List<CompletableFuture<String>> dependent = Numbered.items(0, 5)
				.stream()
				.map((item) -> group.commitAsync(item).thenApply((result) -> group.commit("after " + item)))
				.toList();
			FutureTask<String> waiting = Writers.waiting(() -> group.commit("waiting"));
			this.log.gate.countDown();
			assertThat(first.get()).isEqualTo("committed first");
			assertThat(waiting.get()).isEqualTo("committed waiting");
			for (int i = 0; i < dependent.size(); i++) {
				assertThat(dependent.get(i).get()).isEqualTo("committed after " + i);
			}
			assertThat(this.log.committed()).hasSize(12).doesNotHaveDuplicates();
		}
	}

	@Test
	void whatDependsOnAFutureBlocksNobodyWhoWaits() throws Exception {
		GroupCommit<String, String> group = group(this.pool, 1);
		FutureTask<String> first = underWay(group, "first");
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<Void> blocking = group.commitAsync("async")
			.thenAccept((result) -> awaitUninterrupted(release));
		List<FutureTask<String>> waiting = new ArrayList<>();
		for (String item : Numbered.items(0, 4)) {
			waiting.add(Writers.waiting(() -> group.commit(item)));
		}
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		for (int i = 1; i < waiting.size(); i++) {
			assertThat(waiting.get(i).get()).isEqualTo("committed " + i);
		}
		assertThat(blocking).isNotDone();
		release.countDown();
		assertThat(waiting.get(0).get()).isEqualTo("committed 0");
		blocking.get();
	}

	@Test
	void interruptFlagIsKeptAndHiddenFromTheCommitter() throws Exception {
		List<Boolean> seen = Collections.synchronizedList(new ArrayList<>());
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			seen.add(Thread.currentThread().isInterrupted());
			return this.log.commit(batch);
		}, this.pool, 100);
		Thread.currentThread().interrupt();
		assertThat(group.commit("a")).isEqualTo("committed a");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(group.commit("b")).isEqualTo("committed b");
		assertThat(Thread.interrupted()).isFalse();
		assertThat(seen).containsExactly(false, false);
	}

	@Test
	void interruptDoesNotEndTheWaiting() throws Exception {
		GroupCommit<String, String> group = group(this.pool, 100);
		FutureTask<String> first = underWay(group, "first");
		AtomicReference<Thread> waiter = new AtomicReference<>();
		FutureTask<Boolean> waiting = Writers.waiting(() -> {
			waiter.set(Thread.currentThread());
			assertThat(group.commit("waiting")).isEqualTo("committed waiting");
			return Thread.currentThread().isInterrupted();
		});
		waiter.get().interrupt();
		this.log.gate.countDown();
		assertThat(first.get()).isEqualTo("committed first");
		assertThat(waiting.get()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 1000 })
	void everyItemOfManyThreadsIsCommittedOnceInTheOrderOfItsThread(int maxBatch) throws Exception {
		for (Executor executor : List.of(this.pool, (Executor) Runnable::run)) {
			AtomicInteger underWay = new AtomicInteger();
			List<String> committed = new ArrayList<>();
			GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
				assertThat(underWay.incrementAndGet()).isOne();
				committed.addAll(batch);
				underWay.decrementAndGet();
				return batch;
			}, executor, maxBatch);
			Writers.run(Writers.COUNT, (writer) -> {
				List<CompletableFuture<?>> placed = new ArrayList<>();
				for (int i = 0; i < Writers.ITEMS; i++) {
					String item = Writers.item(writer, i);
					if ((i + writer) % 3 == 0) {
						placed.add(group.commitAsync(item).thenAccept((result) -> assertThat(result).isEqualTo(item)));
					}
					else {
						assertThat(group.commit(item)).isEqualTo(item);
					}
				}
				CompletableFuture.allOf(placed.toArray(CompletableFuture[]::new)).get();
			});
			group.commit("end");
			Writers.assertComplete(committed.subList(0, committed.size() - 1), Writers.COUNT);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 1000 })
	void noThreadEverDependsOnAnExecutorThatDoesNotBegin(int maxBatch) throws Exception {
		List<String> committed = new ArrayList<>();
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			committed.addAll(batch);
			return batch;
		}, new ConcurrentLinkedQueue<>()::add, maxBatch);
		Writers.run(Writers.COUNT, (writer) -> {
			List<CompletableFuture<String>> placed = new ArrayList<>();
			List<String> items = Writers.items(writer);
			for (int i = 0; i < items.size(); i += 2) {
				placed.add(group.commitAsync(items.get(i)));
				assertThat(group.commit(items.get(i + 1))).isEqualTo(items.get(i + 1));
			}
			assertThat(CompletableFuture.allOf(placed.toArray(CompletableFuture[]::new)).get()).isNull();
		});
		Writers.assertComplete(committed, Writers.COUNT);
	}

	@Test
	void failuresOfManyThreadsReachTheirCallersOnly() throws Exception {
		List<String> committed = Collections.synchronizedList(new ArrayList<>());
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			if (batch.stream().anyMatch((item) -> item.endsWith("7"))) {
				throw new IllegalArgumentException("seven");
			}
			committed.addAll(batch);
			return batch;
		}, REJECTING, 5);
		Writers.run(Writers.COUNT, (writer) -> {
			for (String item : Writers.items(writer)) {
				if (item.endsWith("7")) {
					assertThatIllegalArgumentException().isThrownBy(() -> group.commit(item)).withMessage("seven");
				}
				else {
					assertThat(group.commit(item)).isEqualTo(item);
				}
			}
		});
		List<String> expected = IntStream.range(0, Writers.COUNT)
			.boxed()
			.flatMap((writer) -> Writers.items(writer).stream())
			.filter((item) -> !item.endsWith("7"))
			.toList();
		assertThat(committed).containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void neitherCallersNorTheExecutorMissTheEndOfABatch() throws Exception {
		GroupCommit<Integer, Integer> group = new GroupCommit<>((batch) -> batch, this.pool, 1);
		Queue<Integer> results = new ConcurrentLinkedQueue<>();
		int rounds = 5_000;
		Writers.run(3, (writer) -> {
			for (int i = 0; i < rounds; i++) {
				results.add((writer == 0) ? group.commitAsync(i).get() : group.commit(i));
			}
		});
		assertThat(results).hasSize(3 * rounds);
		assertThat(results.stream().mapToLong(Integer::longValue).sum()).isEqualTo(3L * rounds * (rounds - 1) / 2);
	}

	private GroupCommit<String, String> group(Executor executor, int maxBatch) {
		return new GroupCommit<>(this.log, executor, maxBatch);
	}

	/** Starts a commit that does not end before the gate is opened. */
	private FutureTask<String> underWay(GroupCommit<String, String> group, String item) throws Exception {
		CountDownLatch entered = this.log.close();
		FutureTask<String> task = new FutureTask<>(() -> group.commit(item));
		new Thread(task, item).start();
		entered.await();
		return task;
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Keeps the committed items, and fails for the items that it was told to refuse.
	 */
	private static final class Log implements GroupCommit.Committer<String, String> {

		private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

		private final AtomicInteger attempts = new AtomicInteger();

		private volatile CountDownLatch entered = new CountDownLatch(0);

		private volatile CountDownLatch gate = new CountDownLatch(0);

		private String refused = "";

		private Throwable refusal = new IllegalStateException();

		void refuse(String item, Throwable refusal) {
			this.refused = item;
			this.refusal = refusal;
		}

		CountDownLatch close() {
			this.gate = new CountDownLatch(1);
			this.entered = new CountDownLatch(1);
			return this.entered;
		}

		void reset() {
			this.batches.clear();
		}

		List<String> committed() {
			return this.batches.stream().flatMap(List::stream).toList();
		}

		@Override
		public List<String> commit(List<String> batch) {
			this.attempts.incrementAndGet();
			this.entered.countDown();
			awaitUninterrupted(this.gate);
			if (batch.contains(this.refused)) {
				throw sneakily(this.refusal);
			}
			this.batches.add(List.copyOf(batch));
			return batch.stream().map((item) -> "committed " + item).toList();
		}

		@Override
		public boolean isFaultOfItem(Throwable failure) {
			return !(failure instanceof NoItemsFault);
		}

		@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
		private static <X extends Throwable> X sneakily(Throwable throwable) throws X {
			throw (X) throwable;
		}

	}

	private static final class NoItemsFault extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
