package io.github.appendonly;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that write at the same time, and readers beside them.
 * <p>
 * The text of each item says who wrote it and in which order: {@code "writer:number"}.
 */
public final class Writers {

	public static final int COUNT = 8;

	public static final int ITEMS = 200;

	/**
	 * What one of several threads does.
	 */
	@FunctionalInterface
	public interface Task {

		void run(int writer) throws Exception;

	}

	/**
	 * Reads once, from start to end, while writers are at work.
	 */
	@FunctionalInterface
	public interface Reader<R> {

		/**
		 * Reads until the end.
		 * @param writing whether writers may still be at work; asked before a step, it
		 * tells whether that step sees everything
		 */
		R read(BooleanSupplier writing) throws Exception;

	}

	private Writers() {
	}

	public static String item(int writer, int number) {
		return writer + ":" + number;
	}

	/**
	 * All that one writer writes, in its order.
	 */
	public static List<String> items(int writer) {
		return IntStream.range(0, ITEMS).mapToObj((number) -> item(writer, number)).toList();
	}

	/**
	 * Has all writers start together, and waits for them.
	 */
	public static void run(int writers, Task task) throws Exception {
		read(writers, task, (writing) -> true);
	}

	/**
	 * Has all writers and a reader start together, and waits for them.
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
	 * Follows by {@link Entries#since} until writers are done and all was read.
	 */
	public static <T> List<Entry<T>> follow(Entries<T> entries, int limit, BooleanSupplier writing) {
		List<Entry<T>> seen = new ArrayList<>();
		while (true) {
			boolean unfinished = writing.getAsBoolean();
			Changes<T> changes = seen.isEmpty() ? entries.fromOldest(limit)
					: entries.since(seen.get(seen.size() - 1).position(), limit);
			assertThat(changes.expired()).isFalse();
			assertThat(changes.entries().size()).isLessThanOrEqualTo(limit);
			seen.addAll(changes.entries());
			if (changes.caughtUp() && !unfinished) {
				return seen;
			}
		}
	}

	/**
	 * Checks that everything that was written is there once, in an order that agrees with
	 * each writer's.
	 */
	public static void assertComplete(List<String> items, int writers) {
		assertThat(items).hasSize(writers * ITEMS);
		for (int writer = 0; writer < writers; writer++) {
			String own = writer + ":";
			assertThat(items.stream().filter((item) -> item.startsWith(own))).containsExactlyElementsOf(items(writer));
		}
	}

}
