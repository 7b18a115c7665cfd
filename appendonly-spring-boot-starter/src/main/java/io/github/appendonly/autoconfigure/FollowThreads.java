package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.follow.TailThreads;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The threads that look for changes of followed stacks, notify other nodes, read for
 * followers and call them. They end when idle. If the application asks for virtual
 * threads, those that read and call are virtual, and each call has one of its own.
 * <p>
 * Like {@link SequencerThreads}, this is deliberately not an {@link Executor}. Tasks are
 * not decorated, and platform threads inherit nothing: a push on any thread may cause a
 * read, and the follower has nothing to do with that thread.
 */
final class FollowThreads implements TailThreads {

	/** The maximum number of followers called at once, without virtual threads. */
	private static final int CALLING_THREADS = 16;

	private static final long KEEP_ALIVE_SECONDS = 10;

	private final int concurrency;

	private final boolean virtual;

	private volatile Pools pools;

	/**
	 * The pools until the next shutdown.
	 */
	private record Pools(ThreadPoolExecutor reading, ThreadPoolExecutor calling, ScheduledThreadPoolExecutor watching,
			ScheduledThreadPoolExecutor sending) {

		List<ThreadPoolExecutor> all() {
			return List.of(this.watching, this.sending, this.reading, this.calling);
		}

	}

	/**
	 * Creates threads when they are needed.
	 * @param concurrency the maximum number of threads that read at once
	 * @param virtual whether threads are virtual
	 */
	FollowThreads(int concurrency, boolean virtual) {
		this.concurrency = concurrency;
		this.virtual = virtual;
		this.pools = pools();
	}

	private Pools pools() {
		return new Pools(pool("appendonly-follow-read-", this.concurrency), calling("appendonly-follow-"),
				timer("appendonly-watcher-"), timer("appendonly-notify-send-"));
	}

	private static ScheduledThreadPoolExecutor timer(String prefix) {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, platformFactory(prefix));
		timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return SequencerThreads.endingWhenIdle(timer);
	}

	private ThreadPoolExecutor calling(String prefix) {
		return this.virtual ? new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), factory(prefix)) : pool(prefix, CALLING_THREADS);
	}

	private ThreadPoolExecutor pool(String prefix, int size) {
		return SequencerThreads.endingWhenIdle(new ThreadPoolExecutor(size, size, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), factory(prefix)));
	}

	private ThreadFactory factory(String prefix) {
		return this.virtual ? new VirtualThreadTaskExecutor(prefix).getVirtualThreadFactory() : platformFactory(prefix);
	}

	private static ThreadFactory platformFactory(String prefix) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(null, task, prefix + number.incrementAndGet(), 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(FollowThreads.class.getClassLoader());
			return thread;
		};
	}

	@Override
	public void read(Runnable task) {
		this.pools.reading().execute(task);
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored") // tasks handle their failures
	public void readLater(Runnable task, Duration delay) {
		Pools current = this.pools;
		current.watching().schedule(() -> readUnlessStopped(current, task), delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	private static void readUnlessStopped(Pools pools, Runnable task) {
		try {
			pools.reading().execute(task);
		}
		catch (Throwable ex) {
			// Either the task finds that its followers have ended, or there was no memory
			// for a thread, and here is one
			task.run();
		}
	}

	@Override
	public void call(Runnable task) {
		this.pools.calling().execute(task);
	}

	/**
	 * Returns what runs the tasks of the watcher, one at a time.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // tasks handle their failures
	DelayingExecutor watching() {
		return (task, delay) -> this.pools.watching().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Returns what notifies other nodes, one task at a time. It delays no look.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // tasks handle their failures
	DelayingExecutor sending() {
		return (task, delay) -> this.pools.sending().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Accepts tasks again after a shutdown.
	 */
	void start() {
		if (this.pools.reading().isShutdown()) {
			this.pools = pools();
		}
	}

	/**
	 * Refuses new tasks. Those that have begun, and those that are due, are done.
	 */
	void shutdown() {
		this.pools.all().forEach(ThreadPoolExecutor::shutdown);
	}

	/**
	 * Refuses new tasks, and waits for those that have begun or are due. All followers
	 * have ended.
	 * @param limit how long to wait; then the threads are interrupted, and the tasks that
	 * have not begun run on this thread: they only finish
	 * @return whether all tasks are done
	 */
	boolean shutdown(Duration limit) {
		shutdown();
		long end = System.nanoTime() + limit.toNanos();
		try {
			boolean ended = true;
			for (ThreadPoolExecutor pool : this.pools.all()) {
				ended &= pool.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
			}
			if (ended) {
				return true;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.pools.watching().shutdownNow();
		this.pools.sending().shutdownNow();
		this.pools.reading().shutdownNow().forEach(Runnable::run);
		this.pools.calling().shutdownNow().forEach(Runnable::run);
		return false;
	}

}
