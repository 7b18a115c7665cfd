package io.github.appendonly.autoconfigure;

import java.time.Duration;

import io.github.appendonly.jpa.retention.RetentionRunner;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Applies the limits of stacks again and again while the application runs, on a thread
 * that lives as long as one run takes.
 * <p>
 * When the application stops, a run ends after the portion that is under way.
 */
final class RetentionLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RetentionLifecycle.class);

	/** Processes may live for less than the interval, so the first run comes soon. */
	private static final Duration FIRST = Duration.ofMinutes(5);

	private final RetentionRunner runner;

	private final SequencerThreads threads;

	private final Duration interval;

	private final Duration limit;

	private @Nullable Thread thread;

	private volatile boolean running;

	/**
	 * Creates the schedule.
	 * @param interval the time from one run to the next; zero for no runs
	 * @param limit how long to wait for a run when the application stops
	 */
	RetentionLifecycle(RetentionRunner runner, SequencerThreads threads, Duration interval, Duration limit) {
		this.runner = runner;
		this.threads = threads;
		this.interval = interval;
		this.limit = limit;
	}

	@Override
	public synchronized void start() {
		this.runner.stop(false);
		if (this.interval.isZero() && this.runner.isNeeded()) {
			logger
				.warn("Stacks have a retention or limits of size that this application does not apply: it has tenants, no"
						+ " group commit, or appendonly.retention.enabled=false. Call RetentionRunner.run(), or leave it to"
						+ " another application");
		}
		if (!this.interval.isZero()) {
			this.running = true;
			this.threads.repeat(this::begin, (this.interval.compareTo(FIRST) < 0) ? this.interval : FIRST,
					this.interval);
		}
	}

	private synchronized void begin() {
		if (this.running && (this.thread == null || !this.thread.isAlive())) {
			Thread thread = new Thread(this::run, "appendonly-retention");
			thread.setDaemon(true);
			thread.start();
			this.thread = thread;
		}
	}

	private void run() {
		try {
			this.runner.run();
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("The limits of stacks could not be applied; the next run tries again", ex);
		}
	}

	@Override
	public void stop() {
		Thread last = end();
		if (last == null) {
			return;
		}
		try {
			last.join(Math.max(1, this.limit.toMillis()));
			if (last.isAlive()) {
				logger.warn("Retention has not ended within " + this.limit + "; its thread is interrupted");
				last.interrupt();
			}
		}
		catch (InterruptedException ex) {
			last.interrupt();
			Thread.currentThread().interrupt();
		}
	}

	private synchronized @Nullable Thread end() {
		this.running = false;
		this.runner.stop(true);
		return this.thread;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Starts after the threads, and stops before them.
	 */
	@Override
	public int getPhase() {
		return AppendOnlyLifecycle.PHASE + 1;
	}

}
