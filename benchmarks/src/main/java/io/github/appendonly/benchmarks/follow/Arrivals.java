package io.github.appendonly.benchmarks.follow;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

import org.HdrHistogram.Histogram;

/**
 * Which items were committed, and which have arrived at a follower, with the times. Both
 * nodes are in this JVM, so they have the same clock.
 */
final class Arrivals {

	private static final int PRECISION = 3;

	private static final long PAUSE = Duration.ofMillis(1).toNanos();

	private final Map<Long, Long> committed = new ConcurrentHashMap<>();

	private final Map<Long, Long> arrived = new ConcurrentHashMap<>();

	private final Queue<Long> order = new ConcurrentLinkedQueue<>();

	private volatile long last = System.nanoTime();

	/**
	 * Records that the storage of an item was acknowledged.
	 */
	void committed(long number) {
		this.committed.put(number, System.nanoTime());
	}

	/**
	 * Records that a follower was given an item.
	 */
	void arrived(long number) {
		this.last = System.nanoTime();
		this.arrived.putIfAbsent(number, this.last);
		this.order.add(number);
	}

	/**
	 * Waits until all committed items have arrived, or none has for some time.
	 */
	void await(Duration patience) {
		this.last = System.nanoTime();
		while (this.arrived.size() < this.committed.size() && System.nanoTime() - this.last < patience.toNanos()) {
			LockSupport.parkNanos(PAUSE);
		}
	}

	/**
	 * Names the items that have arrived, in the order in which they have.
	 */
	void forEach(LongConsumer action) {
		this.order.forEach(action::accept);
	}

	/**
	 * The times from each acknowledgement until the arrival, in nanoseconds. A follower
	 * may be faster than the acknowledgement: then it is zero.
	 */
	Histogram delays() {
		Histogram delays = new Histogram(PRECISION);
		this.arrived.forEach(
				(number, time) -> delays.recordValue(Math.max(0, time - this.committed.getOrDefault(number, time))));
		return delays;
	}

}
