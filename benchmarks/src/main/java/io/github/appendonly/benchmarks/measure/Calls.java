package io.github.appendonly.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.HdrHistogram.Histogram;

/**
 * Callers that repeat an operation until the time is over.
 */
public final class Calls {

	private final List<Worker> workers;

	private final double seconds;

	private Calls(List<Worker> workers, double seconds) {
		this.workers = workers;
		this.seconds = seconds;
	}

	/**
	 * Runs callers for the time of a load.
	 * @param load the load
	 * @param operation the operation of each call
	 * @return the calls that were made
	 */
	public static Calls make(Load load, Operation operation) {
		List<Worker> workers = IntStream.range(0, load.callers())
			.mapToObj((i) -> new Worker(load.firstWorker() + i))
			.toList();
		ExecutorService threads = CallerThreads.start(load);
		try {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<?>> calls = new ArrayList<>();
			for (Worker worker : workers) {
				calls.add(threads.submit(() -> {
					start.await();
					long end = System.nanoTime() + load.time().toNanos();
					do {
						worker.run(operation);
					}
					while (System.nanoTime() - end < 0);
					return null;
				}));
			}
			long begin = System.nanoTime();
			start.countDown();
			for (Future<?> call : calls) {
				call.get();
			}
			return new Calls(workers, (System.nanoTime() - begin) / 1e9);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A caller failed: " + ex.getCause(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * The items whose storage was acknowledged to the callers.
	 * @return a ledger to compare with the database
	 */
	public Ledger ledger() {
		Ledger ledger = new Ledger();
		this.workers.forEach((worker) -> {
			ledger.acknowledge(worker.id(), worker.made());
			if (worker.faults() > 0) {
				ledger.fault(worker.faults() + " reads returned something other than was stored");
			}
		});
		return ledger;
	}

	/**
	 * The round that consists of these calls.
	 * @param ledger the ledger, compared with the database
	 * @return the round
	 */
	public Round round(Ledger ledger) {
		return NodeRound.joined(List.of(nodeRound()), ledger);
	}

	/**
	 * The part of a round that consists of these calls, to be joined with those of other
	 * JVMs.
	 * @return the part of a round
	 */
	public NodeRound nodeRound() {
		Histogram latencies = new Histogram(this.workers.get(0).latencies());
		this.workers.forEach((worker) -> latencies.add(worker.latencies()));
		List<Integer> made = this.workers.stream().map(Worker::made).toList();
		long items = this.workers.stream().mapToLong(Worker::items).sum();
		long retries = this.workers.stream().mapToLong(Worker::retries).sum();
		return new NodeRound(this.workers.get(0).id(), made, items, this.seconds, retries, latencies);
	}

}
