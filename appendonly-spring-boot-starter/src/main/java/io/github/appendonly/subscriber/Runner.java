package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.appendonly.jpa.transaction.ShutdownGate;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a subscriber works on this node: one step after the other, whenever it is
 * woken, and after the pauses that the steps ask for.
 * <p>
 * All methods may be called by many threads at once.
 */
final class Runner {

	/*
	 * The count of signals is 0 while nothing runs or waits to run. Whoever increases it
	 * from 0 submits the run. A run that has nothing more to do sets it to 0 again, if no
	 * signal has come since it began.
	 *
	 * While the subscriber is halted or backs off, new entries do not wake it: each would
	 * cost a look at its row. A nudge does. It is counted before its signal, so a run
	 * that sees the signal sees the nudge.
	 */

	private final SubscriberThreads threads;

	private final ShutdownGate gate;

	private final Consumer<Consumer<Outcome>> step;

	private final Runnable progress;

	/** The step under way. */
	private final ShutdownGate own = new ShutdownGate();

	private final AtomicInteger signals = new AtomicInteger();

	private final AtomicInteger nudges = new AtomicInteger();

	private volatile boolean closed;

	private volatile boolean deaf;

	private volatile long pause;

	private volatile @Nullable Long behindSince = System.nanoTime();

	/**
	 * Creates a runner that does nothing yet.
	 * @param threads run the steps
	 * @param gate counts the steps under way
	 * @param step does a step, and calls what it is given with the outcome, possibly on
	 * another thread
	 * @param progress is called after each step that another one does not follow at once
	 */
	Runner(SubscriberThreads threads, ShutdownGate gate, Consumer<Consumer<Outcome>> step, Runnable progress) {
		this.threads = threads;
		this.gate = gate;
		this.step = step;
		this.progress = progress;
	}

	/**
	 * The stack may have something new.
	 */
	void wake() {
		if (this.behindSince == null) {
			this.behindSince = System.nanoTime();
		}
		if (!this.deaf) {
			signal();
		}
	}

	/**
	 * The row may have changed.
	 */
	void nudge() {
		this.nudges.incrementAndGet();
		signal();
	}

	private void signal() {
		if (!this.closed && this.signals.getAndIncrement() == 0) {
			submit();
		}
	}

	private void submit() {
		try {
			this.threads.step(this::run);
		}
		catch (RejectedExecutionException ex) {
			this.signals.set(0);
		}
	}

	private void run() {
		if (!enter()) {
			this.signals.set(0);
			return;
		}
		this.deaf = false;
		int signalsBefore = this.signals.get();
		int nudgesBefore = this.nudges.get();
		this.step.accept((outcome) -> {
			leave();
			done(outcome, signalsBefore, nudgesBefore);
		});
	}

	private boolean enter() {
		if (!this.own.enter()) {
			return false;
		}
		if (!this.gate.enter()) {
			this.own.leave();
			return false;
		}
		return true;
	}

	private void leave() {
		this.gate.leave();
		this.own.leave();
	}

	private void done(Outcome outcome, int signalsBefore, int nudgesBefore) {
		this.deaf = outcome.kind() == Outcome.Kind.HALTED || outcome.kind() == Outcome.Kind.BACKING_OFF;
		if (outcome.kind() == Outcome.Kind.CAUGHT_UP) {
			this.behindSince = null;
		}
		if (outcome.kind() != Outcome.Kind.MORE) {
			this.progress.run();
		}
		if (!outcome.pause().isZero()) {
			nudgeAfter(outcome.pause());
		}
		while (true) {
			int now = this.signals.get();
			boolean nudged = this.nudges.get() != nudgesBefore;
			if (outcome.kind() == Outcome.Kind.MORE || nudged || (now != signalsBefore && !this.deaf)) {
				submit();
				return;
			}
			if (this.signals.compareAndSet(now, 0)) {
				return;
			}
		}
	}

	/**
	 * Goes on after a pause. A pause that was asked for earlier no longer counts.
	 */
	private void nudgeAfter(Duration duration) {
		long id = this.pause + 1;
		this.pause = id;
		this.threads.after(duration, () -> {
			if (this.pause == id) {
				nudge();
			}
		});
	}

	/**
	 * Returns whether new entries do not wake it.
	 */
	boolean isDeaf() {
		return this.deaf;
	}

	/**
	 * Returns for how long this node knows that there is something to do.
	 */
	Duration behindFor() {
		Long since = this.behindSince;
		return (since != null) ? Duration.ofNanos(System.nanoTime() - since) : Duration.ZERO;
	}

	/**
	 * Begins no more steps, and waits for the one under way.
	 * @param limit how long to wait at most
	 * @return whether none is under way any more
	 */
	boolean close(Duration limit) {
		this.closed = true;
		return this.own.close(limit);
	}

}
