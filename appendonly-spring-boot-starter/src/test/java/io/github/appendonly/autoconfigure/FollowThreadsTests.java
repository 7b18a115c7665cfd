package io.github.appendonly.autoconfigure;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The threads, without what is done on them.
 */
class FollowThreadsTests {

	private static final InheritableThreadLocal<String> TENANT = new InheritableThreadLocal<>();

	private final FollowThreads threads = new FollowThreads(4, false);

	@AfterEach
	void shutdown() {
		TENANT.remove();
		this.threads.shutdown(Duration.ofSeconds(60));
	}

	/**
	 * The first one who pushes causes the threads, and has nothing to do with those who
	 * follow.
	 */
	@Test
	void threadsInheritNothingFromWhoeverCausesThem() throws Exception {
		Thread creator = Thread.currentThread();
		ClassLoader before = creator.getContextClassLoader();
		TENANT.set("foreign");
		try (URLClassLoader foreign = new URLClassLoader(new URL[0], before)) {
			creator.setContextClassLoader(foreign);
			List<Executor> all = List.of(this.threads::read, this.threads::call,
					(task) -> this.threads.watching().execute(task, Duration.ZERO),
					(task) -> this.threads.sending().execute(task, Duration.ZERO));
			for (Executor executor : all) {
				CompletableFuture.runAsync(() -> {
					assertThat(TENANT.get()).isNull();
					assertThat(Thread.currentThread().getContextClassLoader())
						.isSameAs(FollowThreads.class.getClassLoader());
				}, executor).get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			creator.setContextClassLoader(before);
		}
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

	@Test
	void sendThatHangsDelaysNoLook() throws Exception {
		CountDownLatch blocked = new CountDownLatch(1);
		this.threads.sending().execute(() -> block(blocked));
		assertThat(blocked.await(60, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> look = new CompletableFuture<>();
		this.threads.watching().execute(() -> look.complete(null));
		look.get(60, TimeUnit.SECONDS);
		assertThat(this.threads.shutdown(Duration.ZERO)).isFalse();
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
