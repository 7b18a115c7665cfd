package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pushes that wait in memory to be placed, of all stacks. Their number and size are
 * bounded: asynchronous pushes beyond the bounds are refused, or wait for room. Pushes
 * whose callers wait are counted, but always admitted. Each has a thread of its own.
 * <p>
 * All methods may be called by many threads at once.
 */
final class Backlog {

	/** The memory that a waiting push takes apart from its items, roughly. */
	private static final int OVERHEAD = 1000;

	private static final int BYTES_PER_CHARACTER = 2;

	/**
	 * The bounds.
	 *
	 * @param maxItems the maximum number of items
	 * @param maxBytes the maximum size of the pushes in memory, in bytes; it is compared
	 * with an estimate
	 * @param waits whether the caller waits for room instead of being refused
	 */
	record Bounds(long maxItems, long maxBytes, boolean waits) {
	}

	private final Bounds bounds;

	private final AtomicLong items = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition room = this.lock.newCondition();

	private final AtomicInteger waiting = new AtomicInteger();

	Backlog(Bounds bounds) {
		this.bounds = bounds;
	}

	/**
	 * Counts a push whose caller waits. {@link #leave} must be called when it is done.
	 */
	void add(PushRequest<?> request) {
		this.items.addAndGet(request.items().length());
		this.bytes.addAndGet(size(request));
	}

	/**
	 * Admits an asynchronous push, if there is room for it. A push for which there could
	 * never be room is admitted alone.
	 * @param mayWait whether the caller may wait; not if it holds a connection or a
	 * thread that others need to make room
	 * @return the exception if the push is refused; otherwise {@link #leave} must be
	 * called when it is done
	 */
	Optional<RejectedExecutionException> enter(PushRequest<?> request, boolean mayWait) {
		if (tryEnter(request)) {
			return Optional.empty();
		}
		boolean entered = this.bounds.waits() && mayWait && awaitRoom(request);
		return entered ? Optional.empty()
				: Optional.of(new RejectedExecutionException("Cannot push onto stack '" + request.definition().name()
						+ "' asynchronously: " + this.items + " items of about " + this.bytes
						+ " bytes wait in memory, and at most " + this.bounds.maxItems()
						+ " items (appendonly.async-push.max-items) of " + this.bounds.maxBytes()
						+ " bytes (appendonly.async-push.max-size) may."
						+ " Nothing was stored. Wait for the futures of earlier pushes, or use push, which waits"));
	}

	/**
	 * Looks and counts under the lock. If a push that is refused were counted for a
	 * moment, another one could be refused, or wait for ever, because of it.
	 */
	private boolean tryEnter(PushRequest<?> request) {
		this.lock.lock();
		try {
			long others = this.items.get();
			boolean fits = others + request.items().length() <= this.bounds.maxItems()
					&& this.bytes.get() + size(request) <= this.bounds.maxBytes();
			if (fits || others == 0) {
				add(request);
				return true;
			}
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean awaitRoom(PushRequest<?> request) {
		this.lock.lock();
		this.waiting.incrementAndGet();
		try {
			while (!tryEnter(request)) {
				this.room.await();
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.waiting.decrementAndGet();
			this.lock.unlock();
		}
	}

	/**
	 * Records that a push is done.
	 */
	void leave(PushRequest<?> request) {
		this.items.addAndGet(-request.items().length());
		this.bytes.addAndGet(-size(request));
		if (this.waiting.get() > 0) {
			this.lock.lock();
			try {
				this.room.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	private static long size(PushRequest<?> request) {
		return OVERHEAD + (long) BYTES_PER_CHARACTER * request.items().json().length();
	}

}
