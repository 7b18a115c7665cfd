package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.jpa.transaction.DelayingExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that place the items that transactions have pushed. There are only a few,
 * and they end when idle.
 * <p>
 * This is deliberately not an {@link Executor}. With a bean of that type, Spring Boot's
 * own task executor would back off.
 */
final class SequencerThreads {

	/** Each uses a database connection while it works. */
	private static final int THREADS = 4;

	private static final long KEEP_ALIVE_SECONDS = 10;

	private static final Duration SHUTDOWN = Duration.ofSeconds(30);

	private final TaskDecorator decorator;

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private volatile ScheduledThreadPoolExecutor pool = pool();

	/**
	 * Creates threads when they are needed.
	 * @param decorator decorates the tasks, for example with the context of the thread
	 * that submits them
	 */
	SequencerThreads(TaskDecorator decorator) {
		this.decorator = decorator;
	}

	private ScheduledThreadPoolExecutor pool() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("appendonly-sequencer-");
		factory.setDaemon(true);
		ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(THREADS,
				(task) -> remembered(factory.newThread(task)));
		pool.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	private Thread remembered(Thread thread) {
		this.threads.removeIf((other) -> other.getState() == Thread.State.TERMINATED);
		this.threads.add(thread);
		return thread;
	}

	@SuppressWarnings("FutureReturnValueIgnored") // tasks handle their failures
	DelayingExecutor executor() {
		return (task, delay) -> this.pool.schedule(this.decorator.decorate(task), delay.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Runs a task again and again until the shutdown, first after a random part of the
	 * interval. So nodes that start together do not run it at the same moments.
	 * @param task the task, which handles its failures
	 * @param interval the time between the end of one run and the next
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // ends with the pool
	void repeat(Runnable task, Duration interval) {
		long nanos = interval.toNanos();
		this.pool.scheduleWithFixedDelay(task, ThreadLocalRandom.current().nextLong(nanos), nanos,
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Accepts tasks again after a shutdown.
	 */
	void start() {
		if (this.pool.isShutdown()) {
			this.pool = pool();
		}
	}

	/**
	 * Refuses new tasks, and waits for those that were accepted and for the threads to
	 * end, unless that has already been done.
	 */
	void shutdown() {
		if (!this.pool.isShutdown()) {
			shutdown(SHUTDOWN);
		}
	}

	/**
	 * Refuses new tasks, and waits for those that were accepted and for the threads to
	 * end.
	 * @param limit how long to wait; then the threads are interrupted, and tasks that
	 * have not begun run on the calling thread, where they find that it is too late
	 */
	void shutdown(Duration limit) {
		this.pool.shutdown();
		try {
			if (this.pool.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)) {
				joinThreads();
			}
			else {
				giveUp();
			}
		}
		catch (InterruptedException ex) {
			giveUp();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Waits for the threads. A pool has terminated when its threads have nothing left to
	 * do, but they end a little later.
	 */
	private void joinThreads() throws InterruptedException {
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

	/**
	 * Runs the remaining tasks instead of dropping them silently, since a caller may be
	 * waiting for the outcome.
	 */
	private void giveUp() {
		for (Runnable task = this.pool.getQueue().poll(); task != null; task = this.pool.getQueue().poll()) {
			task.run();
		}
		this.pool.shutdownNow();
		this.threads.clear();
	}

}
