package io.github.appendonly.commit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

import io.github.appendonly.Writers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A committer that has other threads lead in place of callers.
 */
class LeadingThreadTests {

	private final ExecutorService leaders = Executors.newCachedThreadPool();

	private final ExecutorService executor = Executors.newFixedThreadPool(2);

	private final List<Thread> committing = Collections.synchronizedList(new ArrayList<>());

	private final List<String> committed = Collections.synchronizedList(new ArrayList<>());

	private final CountDownLatch entered = new CountDownLatch(1);

	private volatile CountDownLatch gate = new CountDownLatch(0);

	@AfterEach
	void stopTheThreads() {
		this.leaders.shutdownNow();
		this.executor.shutdownNow();
	}

	private GroupCommit<String, String> group(int maxBatch) {
		return new GroupCommit<>(new Committer(), this.executor, maxBatch);
	}

	@Test
	void leaderStaysAsLongAsCallersWait() throws Exception {
		GroupCommit<String, String> group = group(1);
		this.gate = new CountDownLatch(1);
		List<FutureTask<String>> callers = new ArrayList<>(List.of(Writers.waiting(() -> group.commit("0"))));
		this.entered.await();
		callers.add(Writers.waiting(() -> group.commit("1")));
		callers.add(Writers.waiting(() -> group.commit("2")));
		this.gate.countDown();
		for (int i = 0; i < callers.size(); i++) {
			assertThat(callers.get(i).get()).isEqualTo(String.valueOf(i));
		}
		assertThat(this.committed).containsExactly("0", "1", "2");
		assertThat(this.committing).hasSize(3).containsOnly(this.committing.get(0));
	}

	@Test
	void failureReachesItsCallerAndTheLeadIsPassedOn() {
		GroupCommit<String, String> group = group(10);
		for (int i = 0; i < 3; i++) {
			assertThatIllegalArgumentException().isThrownBy(() -> group.commit("bad")).withMessage("bad");
			assertThat(group.commit("good")).isEqualTo("good");
		}
		assertThat(this.committing).doesNotContain(Thread.currentThread());
	}

	@Test
	void manyCallersLoseNothingAndKeepTheirOrder() throws Exception {
		GroupCommit<String, String> group = group(3);
		Writers.run(Writers.COUNT, (writer) -> {
			List<CompletableFuture<String>> placed = new ArrayList<>();
			List<String> items = Writers.items(writer);
			for (int i = 0; i < items.size(); i += 2) {
				placed.add(group.commitAsync(items.get(i)));
				assertThat(group.commit(items.get(i + 1))).isEqualTo(items.get(i + 1));
			}
			assertThat(CompletableFuture.allOf(placed.toArray(CompletableFuture[]::new)).get()).isNull();
		});
		Writers.assertComplete(this.committed, Writers.COUNT);
	}

	private final class Committer implements GroupCommit.Committer<String, String> {

		@Override
		public List<String> commit(List<String> batch) {
			LeadingThreadTests.this.committing.add(Thread.currentThread());
			LeadingThreadTests.this.entered.countDown();
			try {
				LeadingThreadTests.this.gate.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			if (batch.contains("bad")) {
				throw new IllegalArgumentException("bad");
			}
			LeadingThreadTests.this.committed.addAll(batch);
			return batch;
		}

		@Override
		public void lead(Runnable leading) {
			LeadingThreadTests.this.leaders.execute(leading);
		}

	}

}
