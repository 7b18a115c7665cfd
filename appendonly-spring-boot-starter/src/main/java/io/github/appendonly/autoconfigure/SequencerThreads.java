package io.github.appendonly.autoconfigure;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.jpa.DelayingExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The few threads that place what transactions have pushed. Idle threads end.
 * <p>
 * Deliberately not an {@link Executor} itself: a bean of that type would have Spring
 * Boot's own task executor back off.
 */
final class SequencerThreads {

	/** Each takes a database connection while it works. */
	private static final int THREADS = 4;

	private static final long KEEP_ALIVE_SECONDS = 10;

	private static final long SHUTDOWN_SECONDS = 30;

	private final TaskDecorator decorator;

	private volatile ScheduledThreadPoolExecutor pool = pool();

	/**
	 * Makes threads when they are needed.
	 * @param decorator brings to them what tasks find on the threads that submit them
	 */
	SequencerThreads(TaskDecorator decorator) {
		this.decorator = decorator;
	}

	private static ScheduledThreadPoolExecutor pool() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("appendonly-sequencer-");
		threads.setDaemon(true);
		ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(THREADS, threads);
		pool.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	@SuppressWarnings("FutureReturnValueIgnored") // tasks see to their failures
	DelayingExecutor executor() {
		return (task, delay) -> this.pool.schedule(this.decorator.decorate(task), delay.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Takes tasks again after a shutdown.
	 */
	void start() {
		if (this.pool.isShutdown()) {
			this.pool = pool();
		}
	}

	/**
	 * Refuses new tasks, and waits for those that were taken.
	 */
	void shutdown() {
		this.pool.shutdown();
		try {
			if (!this.pool.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
				this.pool.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.pool.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
