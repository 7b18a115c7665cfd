package io.github.appendonly.benchmarks.measure;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.Order;
import org.HdrHistogram.Histogram;

/**
 * A caller in a round, with its records.
 */
public final class Worker {

	private static final int PRECISION = 3;

	private final int id;

	private final SplittableRandom random;

	private final Histogram latencies = new Histogram(PRECISION);

	private int made;

	private long items;

	private long retries;

	private long faults;

	Worker(int id) {
		this.id = id;
		this.random = new SplittableRandom(id);
	}

	/**
	 * The number of an item.
	 * @param worker the worker that created it
	 * @param sequence the worker's own count, from 0
	 * @return the number
	 */
	static long number(int worker, int sequence) {
		return ((long) worker << Integer.SIZE) + sequence;
	}

	/**
	 * The worker that created an item.
	 * @param number the number of the item
	 * @return the worker
	 */
	public static int worker(long number) {
		return (int) (number >> Integer.SIZE);
	}

	static int sequence(long number) {
		return (int) number;
	}

	/**
	 * Runs an operation once.
	 * @return whether there may be more to do
	 */
	boolean run(Operation operation) {
		long start = System.nanoTime();
		int done = operation.run(this);
		this.latencies.recordValue(System.nanoTime() - start);
		this.items += done;
		return done > 0;
	}

	/**
	 * Creates an item that the operation has to store.
	 * @return the item
	 */
	public Order next() {
		return Order.of(number(this.id, this.made++));
	}

	/**
	 * Creates items that the operation has to store.
	 * @param count the number of items
	 * @return the items
	 */
	public List<Order> next(int count) {
		return IntStream.range(0, count).mapToObj((i) -> next()).toList();
	}

	/**
	 * Draws a random number.
	 * @param bound the exclusive upper bound
	 * @return a number from 0
	 */
	public int random(int bound) {
		return this.random.nextInt(bound);
	}

	/**
	 * Records retries.
	 * @param times the number of retries
	 */
	public void retried(int times) {
		this.retries += times;
	}

	/**
	 * Records whether a read returned what had been stored.
	 * @param right whether it did
	 */
	public void expect(boolean right) {
		if (!right) {
			this.faults++;
		}
	}

	int id() {
		return this.id;
	}

	int made() {
		return this.made;
	}

	long items() {
		return this.items;
	}

	long retries() {
		return this.retries;
	}

	long faults() {
		return this.faults;
	}

	Histogram latencies() {
		return this.latencies;
	}

}
