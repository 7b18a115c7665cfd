package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The threads of subscribers. They end when idle.
 * <p>
 * Steps take turns on a few threads. A handler that runs outside of transactions has a
 * thread of its own while it runs, so that slow ones do not keep others waiting. Whoever
 * uses the database has a permit for that time.
 */
final class SubscriberThreads {

	private static final long KEEP_ALIVE_SECONDS = 10;

	private final int concurrency;

	private final ThreadFactory factory;

	private final Semaphore permits;

	private volatile ThreadPoolExecutor steps;

	private volatile ThreadPoolExecutor calls;

	private volatile ScheduledThreadPoolExecutor timer;

	/**
	 * Creates threads when they are needed.
	 * @param concurrency how many steps use the database at a time
	 * @param factory makes the threads
	 */
	SubscriberThreads(int concurrency, ThreadFactory factory) {
		this.concurrency = concurrency;
		this.factory = factory;
		this.permits = new Semaphore(concurrency, true);
		this.steps = newSteps();
		this.calls = newCalls();
		this.timer = newTimer();
	}

	private ThreadPoolExecutor newSteps() {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(this.concurrency, this.concurrency, KEEP_ALIVE_SECONDS,
				TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this.factory);
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	private ThreadPoolExecutor newCalls() {
		return new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), this.factory);
	}

	private ScheduledThreadPoolExecutor newTimer() {
		ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1, this.factory);
		pool.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
		pool.allowCoreThreadTimeOut(true);
		pool.setRemoveOnCancelPolicy(true);
		return pool;
	}

	/**
	 * Accepts tasks again after a shutdown.
	 */
	void start() {
		if (this.steps.isShutdown()) {
			this.steps = newSteps();
			this.calls = newCalls();
			this.timer = newTimer();
		}
	}

	/**
	 * Runs a step, after those that wait already.
	 */
	void step(Runnable task) {
		this.steps.execute(task);
	}

	/**
	 * Runs what may take long and holds no connection meanwhile.
	 */
	void call(Runnable task) {
		this.calls.execute(task);
	}

	/**
	 * Runs a short task that uses no database, after a pause. It is dropped at a
	 * shutdown.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // tasks do not fail
	void after(Duration pause, Runnable task) {
		try {
			this.timer.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// after a shutdown, nothing is to be done
		}
	}

	/**
	 * Uses the database, when fewer do than may.
	 */
	<R> R onDatabase(Supplier<R> work) {
		this.permits.acquireUninterruptibly();
		try {
			return work.get();
		}
		finally {
			this.permits.release();
		}
	}

	/**
	 * Interrupts handlers that run.
	 * @param inTransactions whether to interrupt those too that run in a transaction
	 */
	void interrupt(boolean inTransactions) {
		this.calls.shutdownNow();
		if (inTransactions) {
			this.steps.shutdownNow();
		}
	}

	/**
	 * Accepts no more tasks, and lets the threads end.
	 */
	void shutdown() {
		this.timer.shutdownNow();
		this.steps.shutdown();
		this.calls.shutdown();
	}

}
