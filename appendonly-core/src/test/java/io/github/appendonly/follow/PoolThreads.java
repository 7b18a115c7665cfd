package io.github.appendonly.follow;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs reads on one pool, and calls on another.
 */
final class PoolThreads implements TailThreads {

	private final ScheduledExecutorService reads;

	private final ScheduledExecutorService calls;

	PoolThreads(int threads) {
		this.reads = Executors.newScheduledThreadPool(threads);
		this.calls = Executors.newScheduledThreadPool(threads);
	}

	@Override
	public void read(Runnable task) {
		this.reads.execute(task);
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored") // tasks handle their failures
	public void readLater(Runnable task, Duration delay) {
		this.reads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public void call(Runnable task) {
		this.calls.execute(task);
	}

	void shutdown() {
		this.reads.shutdownNow();
		this.calls.shutdownNow();
	}

}
