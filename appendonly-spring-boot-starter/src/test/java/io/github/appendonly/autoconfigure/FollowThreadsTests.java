package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The threads, without what is done on them.
 */
class FollowThreadsTests {

	private final FollowThreads threads = new FollowThreads(4, false);

	@AfterEach
	void shutdown() {
		this.threads.shutdown(Duration.ofSeconds(60));
	}

	/**
	 * A call that has not begun tells its follower of the end, if it is begun after the
	 * stop.
	 */
	@Test
	void callsThatWaitBehindFollowersThatBlockAreMadeAtTheStop() throws Exception {
		CountDownLatch blocked = new CountDownLatch(16);
		for (int follower = 0; follower < 16; follower++) {
			this.threads.call(() -> block(blocked));
		}
		assertThat(blocked.await(60, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> waiting = new CompletableFuture<>();
		this.threads.call(() -> waiting.complete(null));
		assertThat(this.threads.shutdown(Duration.ZERO)).isFalse();
		assertThat(waiting).isCompletedWithValue(null);
	}

	private static void block(CountDownLatch blocked) {
		blocked.countDown();
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
