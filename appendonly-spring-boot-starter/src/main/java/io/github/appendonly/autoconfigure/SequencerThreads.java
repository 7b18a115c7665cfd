package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.jpa.transaction.DelayingExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that place the items that transactions have pushed, and those that complete
 * the futures of asynchronous pushes. There are only a few, and they end when idle.
 * <p>
 * This is deliberately not an {@link Executor}. With a bean of that type, Spring Boot's
 * own task executor would back off.
 */
final class SequencerThreads {

	/** Each uses a database connection while it works. */
	private static final int THREADS = 4;

	/** What depends on a future runs on these. If it blocks, only other futures wait. */
	private static final int CALLBACK_THREADS = 4;

	private static final long KEEP_ALIVE_SECONDS = 10;

	private static final Duration SHUTDOWN = Duration.ofSeconds(30);

	private final TaskDecorator decorator;

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private volatile ScheduledThreadPoolExecutor pool = pool();

	private volatile ThreadPoolExecutor callbacks = callbacks();

	/**
	 * Creates threads when they are needed.
	 * @param decorator decorates the tasks, for example with the context of the thread
	 * that submits them
	 */
	SequencerThreads(TaskDecorator decorator) {
		this.decorator = decorator;
	}

	private ScheduledThreadPoolExecutor pool() {
		return endingWhenIdle(new ScheduledThreadPoolExecutor(THREADS, factory("appendonly-sequencer-")));
	}

	private ThreadPoolExecutor callbacks() {
		return endingWhenIdle(new ThreadPoolExecutor(CALLBACK_THREADS, CALLBACK_THREADS, KEEP_ALIVE_SECONDS,
				TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory("appendonly-callback-")));
	}

	private ThreadFactory factory(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return (task) -> remembered(factory.newThread(task));
	}

	static <P extends ThreadPoolExecutor> P endingWhenIdle(P pool) {
		pool.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	private Thread remembered(Thread thread) {
		this.threads.removeIf((other) -> other.getState() == Thread.State.TERMINATED);
		this.threads.add(thread);
		return thread;
	}

	DelayingExecutor executor() {
		return new DelayingExecutor() {

			@Override
			@SuppressWarnings("FutureReturnValueIgnored") // tasks handle their failures
			public void execute(Runnable task, Duration delay) {
				SequencerThreads.this.pool.schedule(SequencerThreads.this.decorator.decorate(task), delay.toNanos(),
						TimeUnit.NANOSECONDS);
			}

			@Override
			public void executeCallback(Runnable callback) {
				SequencerThreads.this.callbacks.execute(callback);
			}

		};
	}

	/**
	 * Runs a task again and again until the shutdown, first after a random part of the
	 * interval. So nodes that start together do not run it at the same moments.
	 * @param task the task, which handles its failures
	 * @param interval the time between the end of one run and the next
	 */
	void repeat(Runnable task, Duration interval) {
		repeat(task, interval, interval);
	}

	/**
	 * Runs a task again and again until the shutdown.
	 * @param task the task, which handles its failures
	 * @param within the time within which the task runs first
	 * @param interval the time between the end of one run and the next
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // ends with the pool
	void repeat(Runnable task, Duration within, Duration interval) {
		this.pool.scheduleWithFixedDelay(task,
				ThreadLocalRandom.current().nextLong(TimeUnit.NANOSECONDS.convert(within)),
				TimeUnit.NANOSECONDS.convert(interval), TimeUnit.NANOSECONDS);
	}

	/**
	 * Accepts tasks again after a shutdown.
	 */
	void start() {
		if (this.pool.isShutdown()) {
			this.pool = pool();
			this.callbacks = callbacks();
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
		long end = System.nanoTime() + limit.toNanos();
		this.pool.shutdown();
		try {
			boolean ended = this.pool.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
			this.callbacks.shutdown(); // placing may still complete futures until then
			if (ended && this.callbacks.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
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
		for (ThreadPoolExecutor each : List.of(this.pool, this.callbacks)) {
			for (Runnable task = each.getQueue().poll(); task != null; task = each.getQueue().poll()) {
				task.run();
			}
			each.shutdownNow();
		}
		this.threads.clear();
	}

}
