package io.github.appendonly.follow;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks on the thread of the test, when the test says so.
 */
final class ManualThreads implements TailThreads {

	final Deque<Runnable> reads = new ArrayDeque<>();

	final Deque<Runnable> calls = new ArrayDeque<>();

	/** The delays of the reads that were to come later. These are among the reads too. */
	final List<Duration> delays = new ArrayList<>();

	boolean rejecting;

	/** Whether no thread can be started for what is to be done at once. */
	boolean exhausted;

	/** Whether no thread can be started at all. */
	boolean exhaustedForGood;

	@Override
	public void read(Runnable task) {
		requireThread(this.exhausted);
		accept(this.reads, task);
	}

	@Override
	public void readLater(Runnable task, Duration delay) {
		requireThread(this.exhaustedForGood);
		accept(this.reads, task);
		this.delays.add(delay);
	}

	@Override
	public void call(Runnable task) {
		requireThread(this.exhausted);
		accept(this.calls, task);
	}

	private static void requireThread(boolean exhausted) {
		if (exhausted) {
			throw new OutOfMemoryError("unable to create native thread");
		}
	}

	private void accept(Deque<Runnable> tasks, Runnable task) {
		if (this.rejecting) {
			throw new RejectedExecutionException("No more");
		}
		tasks.add(task);
	}

	/**
	 * Runs one task that reads.
	 */
	void runRead() {
		this.reads.remove().run();
	}

	/**
	 * Runs all tasks, until there are none.
	 */
	void runAll() {
		while (!this.reads.isEmpty() || !this.calls.isEmpty()) {
			(this.calls.isEmpty() ? this.reads : this.calls).remove().run();
		}
	}

}
