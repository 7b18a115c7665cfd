package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The threads, without what is done on them.
 */
class SequencerThreadsTests {

	/**
	 * Many times, as they end soon anyway.
	 */
	@Test
	void noThreadIsLeftWhenTheyAreShutDown() {
		for (int round = 0; round < 300; round++) {
			SequencerThreads threads = new SequencerThreads((task) -> task);
			Set<Thread> used = ConcurrentHashMap.newKeySet();
			for (int task = 0; task < 8; task++) {
				threads.executor().execute(() -> used.add(Thread.currentThread()), Duration.ofMillis(task));
			}
			threads.shutdown(Duration.ofSeconds(60));
			assertThat(used).isNotEmpty().noneMatch(Thread::isAlive);
		}
	}

}
