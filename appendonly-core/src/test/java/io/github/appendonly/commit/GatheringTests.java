package io.github.appendonly.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

import io.github.appendonly.Writers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Gathering}, with a clock that only moves when somebody looks whether
 * callers have come, or commits.
 */
class GatheringTests {

	private final AtomicLong now = new AtomicLong(-5);

	private final Gathering gathering = new Gathering(this.now::get);

	@Test
	void aLeaderWaitsUntilAllCallersOfTheLastBatchHaveCome() {
		commit(8, 1000);

		assertThat(looks(3, 4, 7, 8, 8, 8)).isEqualTo(4);
	}

	@Test
	void aLeaderWaitsForHalfTheTimeOfTheLastCommit() {
		commit(2, 1000);

		assertThat(looks(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)).as("looks of 100 ns each").isEqualTo(6);
	}

	@Test
	void aLeaderWaitsForNoMoreThanAMillisecond() {
		commit(2, Long.MAX_VALUE / 4);
		AtomicLong looks = new AtomicLong();

		this.gathering.await(() -> {
			this.now.addAndGet(100_000);
			return (int) Math.min(1, looks.getAndIncrement());
		});

		assertThat(looks).hasValue(11);
	}

	@Test
	void aSingleCallerDoesNotWait() {
		commit(1, 1000);

		assertThat(looks(1)).isEqualTo(1);
	}

	@Test
	void nobodyIsAwaitedBeforeTheFirstCommit() {
		assertThat(looks(1)).isEqualTo(1);
	}

	@Test
	void aLeaderDoesNotWaitForManyCallers() {
		commit(Gathering.MAX_CALLERS + 1, 1000);

		assertThat(looks(1)).isZero();
	}

	@Test
	void afterAWaitInVainLeadersDoNotWaitForAWhile() {
		List<Boolean> waits = new ArrayList<>();

		for (int i = 0; i < 10; i++) {
			commit(2, 1000);
			waits.add(looks(1, 1, 1, 1, 1, 1, 1, 1) > 1);
		}

		assertThat(waits).containsExactly(true, false, false, true, false, false, false, false, true, false);
	}

	@Test
	void aWaitThatPaysIsRepeated() {
		List<Boolean> waits = new ArrayList<>();

		for (int i = 0; i < 3; i++) {
			commit(2, 1000);
			waits.add(looks(1, 2) > 1);
		}

		assertThat(waits).containsExactly(true, true, true);
	}

	@Test
	void callersThatCommitOneItemAfterTheOtherShareTheirCommits() throws Exception {
		List<List<String>> batches = new ArrayList<>();
		CountDownLatch secondHasCome = new CountDownLatch(1);
		AtomicLong clock = new AtomicLong();
		GroupCommit<String, String> group = new GroupCommit<>((batch) -> {
			if (batches.isEmpty()) {
				await(secondHasCome);
				clock.addAndGet(1000);
			}
			batches.add(batch);
			return batch;
		}, Runnable::run, Runnable::run, 100, clock::get);
		FutureTask<String> first = Writers.waiting(() -> {
			group.commit("first");
			return group.commit("first again");
		});
		FutureTask<String> second = Writers.waiting(() -> group.commit("second"));
		secondHasCome.countDown();
		assertThat(first.get()).isEqualTo("first again");
		assertThat(second.get()).isEqualTo("second");

		assertThat(batches).containsExactly(List.of("first"), List.of("second", "first again"));
	}

	private void commit(int callers, long nanos) {
		this.gathering.observe(() -> this.now.addAndGet(nanos), () -> callers);
	}

	/**
	 * Waits, and returns how often the number of callers was looked at. Each look takes
	 * 100 ns.
	 */
	private int looks(int... present) {
		AtomicLong looks = new AtomicLong();
		IntSupplier look = () -> {
			this.now.addAndGet(100);
			return present[(int) looks.getAndIncrement()];
		};
		this.gathering.await(look);
		return looks.intValue();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
