package io.github.appendonly.commit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.appendonly.Writers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Committers that are busy or fail in unusual ways, and callers in trouble.
 */
class GroupCommitTroubleTests {

	private final ExecutorService pool = Executors.newFixedThreadPool(2);

	private final List<Runnable> tasks = new ArrayList<>();

	private final List<Runnable> laterTasks = new ArrayList<>();

	private final BusyCommitter committer = new BusyCommitter();

	private final GroupCommit<String, String> group = new GroupCommit<>(this.committer, this.tasks::add,
			this.laterTasks::add, 10);

	@AfterEach
	void stopThePool() {
		this.pool.shutdownNow();
	}

	private static void runAll(List<Runnable> tasks) {
		List<Runnable> taken = List.copyOf(tasks);
		tasks.clear();
		taken.forEach(Runnable::run);
	}

	@Test
	void whatIsPutOffIsTriedAgainLaterAndKeepsItsPlace() {
		this.committer.busy = true;
		CompletableFuture<String> first = this.group.commitAsync("1");
		CompletableFuture<String> second = this.group.commitAsync("2");
		runAll(this.tasks);
		assertThat(this.laterTasks).hasSize(1);
		CompletableFuture<String> third = this.group.commitAsync("3");
		assertThat(this.tasks).isEmpty();
		runAll(this.laterTasks);
		assertThat(first).isNotDone();
		this.committer.busy = false;
		runAll(this.laterTasks);
		assertThat(this.committer.batches).containsExactly(List.of("1", "2", "3"));
		assertThat(List.of(first, second, third)).allSatisfy((each) -> assertThat(each).isCompleted());
		assertThat(this.laterTasks).isEmpty();
	}

	@Test
	void callerThatWaitsDoesNotWaitForThatLaterTime() {
		this.committer.busy = true;
		CompletableFuture<String> first = this.group.commitAsync("1");
		runAll(this.tasks);
		assertThat(this.group.commit("2")).isEqualTo("committed 2");
		assertThat(first).isCompletedWithValue("committed 1");
		assertThat(this.committer.batches).containsExactly(List.of("1", "2"));
		runAll(this.laterTasks);
		assertThat(this.committer.batches).hasSize(1);
	}

	@Test
	void callerInABatchThatIsPutOffCommitsItItself() throws Exception {
		this.committer.busy = true;
		CompletableFuture<String> first = this.group.commitAsync("1");
		AtomicReference<FutureTask<String>> caller = new AtomicReference<>();
		this.committer.beforeTry = () -> caller.set(waiting("2"));
		runAll(this.tasks);
		assertThat(caller.get().get()).isEqualTo("committed 2");
		assertThat(first).isCompletedWithValue("committed 1");
	}

	/** Starts a commit on a thread of its own, and returns once that thread waits. */
	private FutureTask<String> waiting(String item) {
		this.committer.beforeTry = () -> {
		};
		return Writers.waiting(() -> this.group.commit(item));
	}

	@Test
	void whatIsPutOffCanBeRefused() {
		this.committer.busy = true;
		CompletableFuture<String> first = this.group.commitAsync("1");
		runAll(this.tasks);
		this.group.refuse(new RejectedExecutionException("over"));
		assertThat(first).isCompletedExceptionally();
		this.committer.busy = false;
		runAll(this.laterTasks);
		assertThat(this.committer.batches).isEmpty();
		assertThat(this.group.commit("2")).isEqualTo("committed 2");
	}

	@Test
	void whatIsPutOffFailsIfNobodyRunsItLater() {
		GroupCommit<String, String> rejecting = new GroupCommit<>(this.committer, this.tasks::add, (task) -> {
			throw new RejectedExecutionException("shut down");
		}, 10);
		this.committer.busy = true;
		CompletableFuture<String> first = rejecting.commitAsync("1");
		runAll(this.tasks);
		assertThat(first).isCompletedExceptionally();
		assertThat(rejecting.commit("2")).isEqualTo("committed 2");
	}

	@Test
	void partOfABatchIsPutOffInItsOrder() {
		this.committer.failing = new IllegalArgumentException("bad");
		this.committer.bad = "2";
		List<CompletableFuture<String>> all = new ArrayList<>();
		for (String item : List.of("1", "2", "3", "4")) {
			all.add(this.group.commitAsync(item));
		}
		this.committer.busyAfter = 1;
		runAll(this.tasks);
		assertThat(all.get(0)).isCompletedWithValue("committed 1");
		this.committer.busy = false;
		runAll(this.laterTasks);
		assertThat(this.committer.batches).containsExactly(List.of("1"), List.of("3"), List.of("4"));
		assertThat(all.get(1)).isCompletedExceptionally();
		assertThat(all.get(3)).isCompletedWithValue("committed 4");
	}

	@Test
	void callerThatDoesNotWantToWaitCommitsOnItsThread() {
		CompletableFuture<String> waiting = this.group.commitAsync("1");
		assertThat(this.group.commitIfFree("2")).isCompletedWithValue("committed 2");
		assertThat(waiting).isCompletedWithValue("committed 1");
		assertThat(this.committer.threads).containsExactly(Thread.currentThread());
		this.committer.busy = true;
		assertThat(this.group.commitIfFree("3")).isNotDone();
		assertThat(this.laterTasks).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(classes = { AssertionError.class, StackOverflowError.class, NoClassDefFoundError.class })
	void errorIsTheFaultOfItsItemOnly(Class<? extends Error> type) throws Exception {
		this.committer.failing = type.getConstructor().newInstance();
		this.committer.bad = "2";
		List<CompletableFuture<String>> all = new ArrayList<>();
		for (String item : List.of("1", "2", "3")) {
			all.add(this.group.commitAsync(item));
		}
		assertThat(this.group.commit("4")).isEqualTo("committed 4");
		assertThat(all.get(0)).isCompletedWithValue("committed 1");
		assertThatExceptionOfType(Exception.class).isThrownBy(all.get(1)::get)
			.havingCause()
			.isSameAs(this.committer.failing);
		assertThat(all.get(2)).isCompletedWithValue("committed 3");
	}

	@Test
	void interruptDuringACommitFailsNobody() {
		List<Boolean> seen = Collections.synchronizedList(new ArrayList<>());
		GroupCommit<String, String> interrupted = new GroupCommit<>((batch) -> {
			seen.add(Thread.currentThread().isInterrupted());
			if (seen.size() == 1) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("interrupted while waiting for a connection");
			}
			return batch;
		}, this.pool, 10);
		assertThat(interrupted.commit("1")).isEqualTo("1");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(seen).containsExactly(false, false);
	}

	@Test
	void failureThatIsNotOfTheInterruptStays() {
		GroupCommit<String, String> interrupted = new GroupCommit<>((batch) -> {
			if (this.committer.batches.isEmpty()) {
				Thread.currentThread().interrupt();
			}
			this.committer.batches.add(batch);
			throw new IllegalStateException("bad");
		}, this.pool, 10);
		assertThatIllegalStateException().isThrownBy(() -> interrupted.commit("1")).withMessage("bad");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.committer.batches).hasSize(2);
	}

	/**
	 * From the deepest frame upwards, so that the stack ends at every moment of a commit.
	 */
	@Test
	void callersWithoutStackDoNotStopTheGroup() throws Exception {
		ConcurrentLinkedQueue<String> committed = new ConcurrentLinkedQueue<>();
		GroupCommit<String, String> deep = new GroupCommit<>((batch) -> {
			committed.addAll(batch);
			useStack(100);
			return batch;
		}, this.pool, 10);
		deep.commit("first");
		deep.commitAsync("second").get();
		List<String> acknowledged = Collections.synchronizedList(new ArrayList<>(List.of("first", "second")));
		List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
		for (int round = 0; round < 5; round++) {
			Thread thread = new Thread(null, () -> dive(new int[] { 2000 }, (number) -> {
				deep.commit(number);
				acknowledged.add(number);
			}, failures), "deep", 512 * 1024);
			thread.start();
			thread.join();
			assertThat(deep.commit("after " + round)).isEqualTo("after " + round);
			assertThat(deep.commitAsync("async " + round).get()).isEqualTo("async " + round);
			acknowledged.addAll(List.of("after " + round, "async " + round));
		}
		assertThat(failures).isNotEmpty().hasOnlyElementsOfType(StackOverflowError.class);
		assertThat(committed).containsExactlyInAnyOrderElementsOf(acknowledged);
	}

	private static int useStack(int frames) {
		return (frames == 0) ? 0 : 1 + useStack(frames - 1);
	}

	@SuppressWarnings("InfiniteRecursion") // that is its purpose
	private static void dive(int[] left, Consumer<String> commit, List<Throwable> failures) {
		try {
			dive(left, commit, failures);
		}
		catch (StackOverflowError ex) {
			// the deepest frame is reached
		}
		if (left[0]-- > 0) {
			try {
				commit.accept("deep " + left[0] + Thread.currentThread());
			}
			catch (StackOverflowError ex) {
				failures.add(ex);
			}
		}
	}

	/**
	 * Puts off what it may put off while it is busy, and fails for one item.
	 */
	private static final class BusyCommitter implements GroupCommit.Committer<String, String> {

		private final List<List<String>> batches = new ArrayList<>();

		private final List<Thread> threads = new ArrayList<>();

		private volatile boolean busy;

		private int busyAfter = Integer.MAX_VALUE;

		private String bad = "";

		private Throwable failing = new IllegalStateException();

		private Runnable beforeTry = () -> {
		};

		@Override
		public List<String> commit(List<String> batch) {
			if (batch.contains(this.bad)) {
				throw BusyCommitter.<RuntimeException>unchecked(this.failing);
			}
			this.batches.add(List.copyOf(batch));
			this.threads.add(Thread.currentThread());
			this.busy |= this.batches.size() == this.busyAfter;
			return batch.stream().map((item) -> "committed " + item).toList();
		}

		@Override
		public Optional<List<String>> tryCommit(List<String> batch) {
			this.beforeTry.run();
			return this.busy ? Optional.empty() : Optional.of(commit(batch));
		}

		@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
		private static <X extends Throwable> X unchecked(Throwable throwable) throws X {
			throw (X) throwable;
		}

	}

}
