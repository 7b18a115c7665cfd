package io.github.appendonly.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Checks that every run ends, and that some sequential order of the commits has the same
 * results.
 */
class GroupCommitLincheckTests {

	@Test
	void callersWhoWaitAreLinearizable() {
		check(WaitingCallers.class);
	}

	@Test
	void callersWhoWaitAndFuturesAreLinearizable() {
		check(WaitingAndAsynchronousCallers.class);
	}

	@Test
	void commitsThatArePutOffAreLinearizable() {
		check(CallersOfABusyCommitter.class);
	}

	/*
	 * Only a stress test: to the model checker, a parked thread may continue at any time,
	 * so it would mostly vary how often such a thread checks its turn in vain.
	 */
	private static void check(Class<?> callers) {
		new StressOptions().threads(3)
			.actorsBefore(0)
			.actorsPerThread(3)
			.actorsAfter(1)
			.iterations(20)
			.invocationsPerIteration(1000)
			.sequentialSpecification(OneByOne.class)
			.check(callers);
	}

	/** Gives each item its number. */
	public static class WaitingCallers {

		private final List<Integer> committed = new ArrayList<>();

		final GroupCommit<Integer, Integer> group = new GroupCommit<>(this::number, Runnable::run, 2);

		@Operation
		public int commit(@Param(gen = IntGen.class) int item) {
			return this.group.commit(item);
		}

		private List<Integer> number(List<Integer> batch) {
			List<Integer> numbers = new ArrayList<>();
			for (Integer item : batch) {
				numbers.add(this.committed.size());
				this.committed.add(item);
			}
			return numbers;
		}

	}

	/** The executor runs tasks at once, on the thread that leads or commits. */
	public static class WaitingAndAsynchronousCallers extends WaitingCallers {

		@Operation
		public int commitAsync(@Param(gen = IntGen.class) int item) {
			return this.group.commitAsync(item).join();
		}

	}

	/** The committer puts off every other batch that it may put off. */
	public static class CallersOfABusyCommitter {

		private static final Executor LATER = Executors.newSingleThreadExecutor((task) -> {
			Thread thread = new Thread(task);
			thread.setDaemon(true);
			return thread;
		});

		private final List<Integer> committed = new ArrayList<>();

		private boolean busy;

		private final GroupCommit<Integer, Integer> group = new GroupCommit<>(
				new GroupCommit.Committer<Integer, Integer>() {

					@Override
					public List<Integer> commit(List<Integer> batch) {
						return number(batch);
					}

					@Override
					public Optional<List<Integer>> tryCommit(List<Integer> batch) {
						CallersOfABusyCommitter.this.busy = !CallersOfABusyCommitter.this.busy;
						return CallersOfABusyCommitter.this.busy ? Optional.empty() : Optional.of(number(batch));
					}

				}, Runnable::run, LATER, 2);

		@Operation
		public int commit(@Param(gen = IntGen.class) int item) {
			return this.group.commit(item);
		}

		@Operation
		public int commitAsync(@Param(gen = IntGen.class) int item) {
			return this.group.commitAsync(item).join();
		}

		@Operation
		public int commitIfFree(@Param(gen = IntGen.class) int item) {
			return this.group.commitIfFree(item).join();
		}

		private List<Integer> number(List<Integer> batch) {
			List<Integer> numbers = new ArrayList<>();
			for (Integer item : batch) {
				numbers.add(this.committed.size());
				this.committed.add(item);
			}
			return numbers;
		}

	}

	/** The sequential specification. */
	public static class OneByOne {

		private int committed;

		public int commit(int item) {
			return this.committed++;
		}

		public int commitAsync(int item) {
			return this.committed++;
		}

		public int commitIfFree(int item) {
			return this.committed++;
		}

	}

}
