package io.github.appendonly.actuate.recording;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.internal.Limits;
import io.github.appendonly.jpa.item.ItemConversionException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Takes items from threads that must not wait for a database. A separate thread writes
 * them.
 * <p>
 * Items that are added while the queue is full, or after the application has stopped, are
 * dropped and counted. Items that cannot be written are retried until they can be, or
 * until the application stops. When it stops, the queue is written first, for a few
 * seconds at most. The rest counts as dropped.
 * <p>
 * All other items are written at least once, in the order in which they were added. They
 * are written twice only if a commit was uncertain. The log says so when writing works
 * again.
 *
 * @param <T> the type of the items
 */
public final class BackgroundWriter<T> implements SmartLifecycle {

	/*
	 * Items stay at the head of the queue until their outcome is known. Only the writing
	 * thread removes them. So a repeated batch begins with the same items, and all items
	 * keep their order. That is why the newest items are dropped when the queue is full.
	 * It also means that an attacker cannot flush the first traces out of an audit trail
	 * by adding many more.
	 *
	 * A batch whose commit is uncertain is written again: twice is better than never. A
	 * check whether it was stored would not help, since the database may still be about
	 * to commit it.
	 */

	private static final Log logger = LogFactory.getLog(BackgroundWriter.class);

	/**
	 * Stops after the web server (2048 below the default phase), and before the
	 * sequencer's threads (4096 below).
	 */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private static final int BATCH = 100;

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private static final Duration FLUSH = Duration.ofSeconds(1);

	private static final Duration STOP = Duration.ofSeconds(5);

	private enum State {

		NEW, RUNNING, STOPPING, STOPPED

	}

	private final String what;

	private final int capacity;

	private final Consumer<List<T>> writer;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<T> queue = new ArrayDeque<>();

	private State state = State.NEW;

	private @Nullable Thread thread;

	/** The number of items that were ever queued. */
	private long queued;

	/** The number of items that ever left the queue. */
	private long done;

	private long dropped;

	/**
	 * The number of items that were dropped up to the last successful write. An outage
	 * begins before it is noticed, since a data source may wait long for a connection.
	 */
	private long droppedBefore;

	/** The number of items at the head of the queue that may already be written. */
	private int doubtful;

	private boolean failing;

	private boolean overflowing;

	/**
	 * Creates a writer, which has to be started.
	 * @param what the plural name of the items in the log, such as {@code audit events}
	 * @param capacity the number of items that may wait, at least 1
	 * @param writer writes a batch, all or nothing; it is called on one thread
	 * @throws IllegalArgumentException if the capacity is below 1
	 */
	BackgroundWriter(String what, int capacity, Consumer<List<T>> writer) {
		this.what = what;
		this.capacity = Limits.requireAtLeastOne("queueCapacity", capacity);
		this.writer = writer;
	}

	/**
	 * Takes an item, or drops it. Returns at once and does not fail.
	 */
	void add(T item) {
		boolean first;
		this.lock.lock();
		try {
			if (this.state != State.STOPPED && this.queue.size() < this.capacity) {
				this.queue.addLast(item);
				this.queued++;
				this.changed.signalAll();
				return;
			}
			first = !this.overflowing;
			this.overflowing = true;
			this.dropped++;
		}
		finally {
			this.lock.unlock();
		}
		if (first) {
			logger.warn("Too many " + this.what + " wait to be written, or writing has stopped: "
					+ "new ones are dropped and counted until the others are written");
		}
	}

	/**
	 * Counts an item as dropped that cannot be copied, so that it cannot be added.
	 */
	void drop(Throwable failure) {
		this.lock.lock();
		try {
			this.dropped++;
		}
		finally {
			this.lock.unlock();
		}
		logger.warn("One of the " + this.what + " is dropped because it cannot be copied", failure);
	}

	/**
	 * The name of the items in kebab-case, such as {@code audit-events}.
	 */
	String name() {
		return this.what.toLowerCase(Locale.ROOT).replace(' ', '-');
	}

	/**
	 * The number of items dropped so far.
	 * @return the number of items
	 */
	public long dropped() {
		this.lock.lock();
		try {
			return this.dropped;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits briefly until items that were added before are written. It does not wait
	 * while writing fails, nor in a transaction, which may hold the only connection.
	 */
	void flush() {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			return;
		}
		this.lock.lock();
		try {
			long target = this.queued;
			long nanos = FLUSH.toNanos();
			while (this.done < target && !this.failing && this.state == State.RUNNING && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		Duration pause = FIRST_PAUSE;
		int alone = 0;
		List<T> batch = next(BATCH);
		while (!batch.isEmpty()) {
			try {
				this.writer.accept(batch);
				remove(batch, false);
				pause = FIRST_PAUSE;
			}
			catch (ItemConversionException ex) {
				if (batch.size() > 1) {
					alone = batch.size(); // one by one, to find the faulty item
				}
				else {
					logger.warn("One of the " + this.what + " is dropped because it cannot be written", ex);
					remove(batch, true);
				}
			}
			catch (RuntimeException | Error ex) {
				pause(ex, (ex instanceof UncertainCommitException) ? batch.size() : 0, pause);
				Duration longer = pause.multipliedBy(2);
				pause = (longer.compareTo(LONGEST_PAUSE) < 0) ? longer : LONGEST_PAUSE;
			}
			batch = next((alone > 0) ? 1 : BATCH);
			alone = Math.max(0, alone - 1);
		}
	}

	/**
	 * The oldest items. Waits until there are some. Empty if the thread is to end.
	 */
	private List<T> next(int limit) {
		this.lock.lock();
		try {
			while (isCurrent() && this.queue.isEmpty() && this.state == State.RUNNING) {
				this.changed.awaitUninterruptibly();
			}
			return isCurrent() ? this.queue.stream().limit(limit).toList() : List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether the calling thread is still the writing thread. A thread that was given up
	 * changes nothing any more.
	 */
	private boolean isCurrent() {
		return this.thread == Thread.currentThread();
	}

	private void remove(List<T> batch, boolean lost) {
		this.lock.lock();
		try {
			if (!isCurrent()) {
				return;
			}
			batch.forEach((item) -> this.queue.removeFirst());
			this.done += batch.size();
			this.dropped += lost ? batch.size() : 0;
			if (!lost) {
				writingWorks();
			}
			this.doubtful = 0;
			this.overflowing &= !this.queue.isEmpty();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void writingWorks() {
		if (this.failing) {
			this.failing = false;
			String twice = (this.doubtful > 0)
					? ", and " + this.doubtful + " may be stored twice because a commit was uncertain" : "";
			logger.info("Writing of " + this.what + " works again; " + (this.dropped - this.droppedBefore)
					+ " were dropped meanwhile" + twice);
		}
		this.droppedBefore = this.dropped;
	}

	private void pause(Throwable failure, int doubtful, Duration pause) {
		this.lock.lock();
		try {
			if (isCurrent()) {
				writingFails(failure);
				this.doubtful = Math.max(this.doubtful, doubtful);
			}
			this.changed.signalAll();
			State before = this.state;
			long nanos = pause.toNanos();
			while (isCurrent() && this.state == before && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted while waiting to write " + this.what, ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void writingFails(Throwable failure) {
		if (!this.failing) {
			this.failing = true;
			logger.warn("Writing of " + this.what + " fails; up to " + this.capacity
					+ " are kept in memory until it succeeds", failure);
		}
	}

	@Override
	public void start() {
		this.lock.lock();
		try {
			if (this.state == State.NEW || this.state == State.STOPPED) {
				Thread writing = new Thread(this::run, "appendonly-" + this.what.replace(' ', '-'));
				writing.setDaemon(true);
				this.thread = writing;
				this.state = State.RUNNING;
				writing.start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void stop() {
		Thread writing = stopping();
		if (writing != null) {
			join(writing);
			giveUp(writing);
		}
	}

	private @Nullable Thread stopping() {
		this.lock.lock();
		try {
			if (this.state != State.RUNNING) {
				return null;
			}
			this.state = State.STOPPING;
			this.changed.signalAll();
			return Objects.requireNonNull(this.thread);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void join(Thread writing) {
		try {
			TimeUnit.NANOSECONDS.timedJoin(writing, STOP.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void giveUp(Thread writing) {
		int rest;
		this.lock.lock();
		try {
			this.state = State.STOPPED;
			this.thread = null;
			rest = this.queue.size();
			this.queue.clear();
			this.done += rest;
			this.dropped += rest;
			this.doubtful = 0;
			this.droppedBefore = this.dropped;
			this.failing = false;
			this.overflowing = false;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		if (rest > 0) {
			writing.interrupt();
			logger.warn(rest + " " + this.what
					+ " are dropped because they could not be written before the application stopped");
		}
	}

	@Override
	public boolean isRunning() {
		this.lock.lock();
		try {
			return this.state == State.RUNNING;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
