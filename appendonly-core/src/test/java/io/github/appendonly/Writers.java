package io.github.appendonly;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that write concurrently, with or without a concurrent reader.
 * <p>
 * The text of each item names its writer and its number among the items of that writer:
 * {@code "writer:number"}.
 */
public final class Writers {

	public static final int COUNT = 8;

	public static final int ITEMS = 200;

	/**
	 * The work of one of several threads.
	 */
	@FunctionalInterface
	public interface Task {

		void run(int writer) throws Exception;

	}

	/**
	 * The work of a reader while the writers write.
	 */
	@FunctionalInterface
	public interface Reader<R> {

		/**
		 * Reads until the writers are done and everything was read.
		 * @param writing returns whether writers may still write; if it returns false
		 * before a step, that step sees everything
		 */
		R read(BooleanSupplier writing) throws Exception;

	}

	private Writers() {
	}

	/**
	 * Starts a task on a thread of its own, and returns once that thread waits.
	 */
	public static <R> FutureTask<R> waiting(Callable<R> task) {
		FutureTask<R> future = new FutureTask<>(task);
		Thread thread = new Thread(future);
		thread.start();
		while (thread.getState() != Thread.State.WAITING) {
			Thread.onSpinWait();
		}
		return future;
	}

	public static String item(int writer, int number) {
		return writer + ":" + number;
	}

	/**
	 * Returns all items of one writer, in their order.
	 */
	public static List<String> items(int writer) {
		return IntStream.range(0, ITEMS).mapToObj((number) -> item(writer, number)).toList();
	}

	/**
	 * Starts all writers together, and waits for them.
	 */
	public static void run(int writers, Task task) throws Exception {
		read(writers, task, (writing) -> true);
	}

	/**
	 * Starts all writers and a reader together, and waits for them.
	 */
	public static <R> R read(int writers, Task task, Reader<R> reader) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(writers + 1);
		try {
			CyclicBarrier start = new CyclicBarrier(writers + 1);
			AtomicBoolean writing = new AtomicBoolean(true);
			List<Future<?>> written = new ArrayList<>();
			IntStream.range(0, writers).forEach((writer) -> written.add(threads.submit((Callable<?>) () -> {
				start.await();
				task.run(writer);
				return writer;
			})));
			Future<R> read = threads.submit(() -> {
				start.await();
				return reader.read(writing::get);
			});
			try {
				for (Future<?> one : written) {
					one.get();
				}
			}
			finally {
				writing.set(false);
			}
			return read.get();
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * Follows a structure by {@link Entries#since} until the writers are done and
	 * everything was read.
	 */
	public static <T> List<Entry<T>> follow(Entries<T> entries, int limit, BooleanSupplier writing) {
		List<Entry<T>> seen = new ArrayList<>();
		Position cursor = Position.START;
		while (true) {
			boolean unfinished = writing.getAsBoolean();
			Changes<T> changes = entries.since(cursor, limit);
			assertThat(changes.expired() || changes.ahead()).isFalse();
			cursor = changes.cursor();
			assertThat(changes.entries().size()).isLessThanOrEqualTo(limit);
			seen.addAll(changes.entries());
			if (changes.caughtUp() && !unfinished) {
				return seen;
			}
		}
	}

	/**
	 * Checks that each written item occurs exactly once, and that the items of each
	 * writer are in its order.
	 */
	public static void assertComplete(List<String> items, int writers) {
		assertThat(items).hasSize(writers * ITEMS);
		for (int writer = 0; writer < writers; writer++) {
			String own = writer + ":";
			assertThat(items.stream().filter((item) -> item.startsWith(own))).containsExactlyElementsOf(items(writer));
		}
	}

}
