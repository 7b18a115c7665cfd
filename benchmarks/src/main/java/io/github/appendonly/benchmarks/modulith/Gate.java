package io.github.appendonly.benchmarks.modulith;

import java.util.concurrent.CountDownLatch;

import org.springframework.boot.task.ThreadPoolTaskExecutorCustomizer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Holds back the deliveries of events until all are published: what is measured is the
 * delivery.
 */
final class Gate implements ThreadPoolTaskExecutorCustomizer {

	private volatile CountDownLatch opened = new CountDownLatch(0);

	private volatile CountDownLatch delivered = new CountDownLatch(0);

	/**
	 * Closes the gate.
	 * @param deliveries the number of deliveries that will come
	 */
	void close(int deliveries) {
		this.opened = new CountDownLatch(1);
		this.delivered = new CountDownLatch(deliveries);
	}

	/**
	 * Opens the gate, and waits for all deliveries.
	 */
	void open() {
		this.opened.countDown();
		await(this.delivered);
	}

	/**
	 * Decorates deliveries. A decorator that is a bean would count the registry's
	 * scheduled tasks too.
	 */
	@Override
	public void customize(ThreadPoolTaskExecutor executor) {
		executor.setTaskDecorator(this::decorate);
	}

	private Runnable decorate(Runnable delivery) {
		return () -> {
			await(this.opened);
			delivery.run();
			this.delivered.countDown();
		};
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
