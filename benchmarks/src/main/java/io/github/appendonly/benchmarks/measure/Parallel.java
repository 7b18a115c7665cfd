package io.github.appendonly.benchmarks.measure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Work that is not measured, on many threads.
 */
public final class Parallel {

	private static final int THREADS = 32;

	private Parallel() {
	}

	/**
	 * Runs an action for each number, in any order. Returns when all are done.
	 * @param numbers the numbers
	 * @param action the action
	 */
	public static void forEach(IntStream numbers, IntConsumer action) {
		forEach(numbers.boxed().toList(), action::accept);
	}

	/**
	 * Runs an action for each of some objects, in any order. Returns when all are done.
	 * @param <E> the type of the objects
	 * @param elements the objects
	 * @param action the action
	 */
	public static <E> void forEach(List<E> elements, Consumer<E> action) {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			elements.stream()
				.map((element) -> CompletableFuture.runAsync(() -> action.accept(element), threads))
				.toList()
				.forEach(CompletableFuture::join);
		}
		finally {
			threads.shutdown();
		}
	}

}
