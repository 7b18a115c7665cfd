package io.github.appendonly.commit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Waits a moment for the callers of the last batch, where that pays, before the next
 * batch is taken.
 * <p>
 * Callers that commit one item after the other would otherwise form two halves, each of
 * which waits for the commit of the other.
 * <p>
 * Only the leader uses it.
 */
final class Gathering {

	/*
	 * Waking many callers takes as long as a commit does. So a leader waits only for few
	 * callers, and for a part of the time that the last commit took. After it has waited
	 * in vain, it does not wait for a while: the callers have other work to do between
	 * their commits.
	 */

	/** The maximum number of callers that are worth waiting for. */
	static final int MAX_CALLERS = 12;

	private static final long LONGEST_WAIT = Duration.ofMillis(1).toNanos();

	private static final int MAX_PAUSE = 64;

	private final LongSupplier nanoTime;

	private int expected;

	private long commitNanos;

	private int nextPause = 1;

	private int pause;

	/**
	 * Creates a gathering that expects nobody.
	 * @param nanoTime the time in nanoseconds, as in {@link System#nanoTime()}
	 */
	Gathering(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Waits until as many callers have come as took part last time, or until it takes too
	 * long.
	 * @param present returns the number of callers that have come
	 */
	void await(IntSupplier present) {
		int callers = this.expected;
		if (callers > MAX_CALLERS || present.getAsInt() >= callers) {
			return;
		}
		if (this.pause > 0) {
			this.pause--;
			return;
		}
		boolean complete = await(() -> present.getAsInt() >= callers);
		this.nextPause = complete ? 1 : Math.min(2 * this.nextPause, MAX_PAUSE);
		this.pause = complete ? 0 : this.nextPause;
	}

	@SuppressWarnings("ThreadPriorityCheck") // nothing depends on it
	private boolean await(BooleanSupplier complete) {
		long begun = this.nanoTime.getAsLong();
		long longest = Math.min(this.commitNanos / 2, LONGEST_WAIT);
		while (this.nanoTime.getAsLong() - begun < longest) {
			Thread.yield();
			if (complete.getAsBoolean()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Runs a commit, and learns from it.
	 * @param commit the commit
	 * @param callers returns the number of callers that took part in it, or came
	 * meanwhile
	 */
	void observe(Runnable commit, IntSupplier callers) {
		long begun = this.nanoTime.getAsLong();
		commit.run();
		this.commitNanos = this.nanoTime.getAsLong() - begun;
		this.expected = callers.getAsInt();
	}

}
