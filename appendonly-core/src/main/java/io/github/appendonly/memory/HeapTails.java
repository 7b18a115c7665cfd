package io.github.appendonly.memory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Followable;
import io.github.appendonly.Position;
import io.github.appendonly.follow.Interest;
import io.github.appendonly.follow.TailSource;
import io.github.appendonly.follow.TailThreads;
import io.github.appendonly.follow.Tails;

/**
 * The followers of a stack on the heap. All stacks share a few threads, which end when
 * idle.
 *
 * @param <T> the type of the items
 */
final class HeapTails<T> {

	private final InMemoryAppendStack<T> stack;

	private final Tails<String> tails = new Tails<>(new Threads(), (failure) -> false, Interest.none());

	HeapTails(InMemoryAppendStack<T> stack) {
		this.stack = stack;
	}

	Followable<T> through(Entries<T> view) {
		return this.tails.followable(Source.NAME, new Source<>(this.stack, view));
	}

	void wake() {
		this.tails.wake(Source.NAME);
	}

	/**
	 * Reads a view, whose entries all come from a stack.
	 */
	private record Source<T>(InMemoryAppendStack<T> stack, Entries<T> view) implements TailSource<T> {

		static final String NAME = "stack on the heap";

		@Override
		public Changes<T> since(Position than, int limit) {
			return this.view.since(than, limit);
		}

		@Override
		public Changes<T> fromOldest(int limit) {
			return this.view.fromOldest(limit);
		}

		@Override
		public Position newest() {
			return this.stack.end();
		}

		@Override
		public String structure() {
			return NAME;
		}

	}

	/**
	 * Reads take no time here, but followers do, so that reads do not wait for them.
	 */
	private static final class Threads implements TailThreads {

		private static final ThreadPoolExecutor READS = pool("appendonly-heap-read-", 1);

		private static final ThreadPoolExecutor CALLS = pool("appendonly-heap-follow-", 4);

		private static ThreadPoolExecutor pool(String prefix, int size) {
			AtomicInteger number = new AtomicInteger();
			ThreadPoolExecutor pool = new ThreadPoolExecutor(size, size, 1, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>(), (task) -> {
						// It has nothing to do with the one who pushes first.
						Thread thread = new Thread(null, task, prefix + number.incrementAndGet(), 0, false);
						thread.setContextClassLoader(HeapTails.class.getClassLoader());
						thread.setDaemon(true);
						return thread;
					});
			pool.allowCoreThreadTimeOut(true);
			return pool;
		}

		@Override
		public void read(Runnable task) {
			READS.execute(task);
		}

		@Override
		public void readLater(Runnable task, Duration delay) {
			CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, Threads::readOnAnyThread)
				.execute(task);
		}

		private static void readOnAnyThread(Runnable task) {
			try {
				READS.execute(task);
			}
			catch (Throwable ex) { // no memory for a thread
				task.run();
			}
		}

		@Override
		public void call(Runnable task) {
			CALLS.execute(task);
		}

	}

}
