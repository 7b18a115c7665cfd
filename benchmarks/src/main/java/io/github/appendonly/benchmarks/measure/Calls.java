package io.github.appendonly.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.HdrHistogram.Histogram;

/**
 * Callers that repeat an operation until the time is over.
 */
public final class Calls {

	private final Crew crew;

	private final List<Worker> workers;

	private double seconds;

	private Calls(Crew crew, List<Worker> workers) {
		this.crew = crew;
		this.workers = workers;
	}

	/**
	 * Runs callers for the time of a load.
	 * @param load the load
	 * @param operation the operation of each call
	 * @return the calls that were made
	 */
	public static Calls make(Load load, Operation operation) {
		return make(load, List.of(Crew.all(operation))).get(0);
	}

	/**
	 * Runs crews at the same time, for the time of a load.
	 * @param load the load
	 * @param crews the crews, which share its callers
	 * @return the calls of each crew
	 */
	public static List<Calls> make(Load load, List<Crew> crews) {
		List<Calls> calls = assigned(load, crews);
		ExecutorService threads = CallerThreads.start(load);
		try {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<?>> ends = new ArrayList<>();
			for (Calls each : calls) {
				each.workers.forEach((worker) -> ends.add(threads.submit(() -> {
					start.await();
					repeat(load, each.crew, worker, each.delay(worker));
					return null;
				})));
			}
			long begin = System.nanoTime();
			start.countDown();
			for (Future<?> end : ends) {
				end.get();
			}
			double seconds = (System.nanoTime() - begin) / 1e9;
			calls.forEach((each) -> each.seconds = seconds);
			return calls;
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

	private static List<Calls> assigned(Load load, List<Crew> crews) {
		List<Calls> calls = new ArrayList<>();
		int next = load.firstWorker();
		for (Crew crew : crews) {
			int end = next + crew.size().applyAsInt(load.callers());
			calls.add(new Calls(crew, IntStream.range(next, end).mapToObj(Worker::new).toList()));
			next = end;
		}
		return calls;
	}

	/**
	 * The callers of a crew with a pace begin one after the other.
	 */
	private long delay(Worker worker) {
		return this.crew.pace().toNanos() * this.workers.indexOf(worker) / this.workers.size();
	}

	private static void repeat(Load load, Crew crew, Worker worker, long delay) {
		long start = System.nanoTime();
		long end = start + load.time().toNanos();
		long next = start + delay;
		sleepUntil(next);
		while (worker.run(crew.operation()) && System.nanoTime() - end < 0) {
			next += crew.pace().toNanos();
			sleepUntil(next);
		}
	}

	private static void sleepUntil(long time) {
		for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
			LockSupport.parkNanos(left);
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
		return NodeRound.joined(List.of(nodeRound()), this.crew.kind(), ledger);
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
