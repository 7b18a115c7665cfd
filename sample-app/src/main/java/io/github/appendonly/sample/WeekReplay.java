package io.github.appendonly.sample;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.github.appendonly.History;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records the events of the week in an empty database, in time order and accelerated. If
 * the application stops or is killed, the replay continues at the next start.
 */
@Component
class WeekReplay implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(WeekReplay.class);

	private static final String NAME = "week";

	private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

	private final ReplayProperties properties;

	private final List<Quake> quakes;

	private final QuakeFeed feed;

	private final History<Quake> history;

	private final ReplayProgressRepository progress;

	private final TransactionTemplate transaction;

	private final ReentrantLock turn = new ReentrantLock();

	private volatile @Nullable Run run;

	WeekReplay(ReplayProperties properties, RecordedWeek week, QuakeFeed feed, History<Quake> history,
			ReplayProgressRepository progress, PlatformTransactionManager transactionManager) {
		this.properties = properties;
		this.quakes = week.quakes();
		this.feed = feed;
		this.history = history;
		this.progress = progress;
		this.transaction = new TransactionTemplate(transactionManager);
	}

	@Override
	public void start() {
		if (this.properties.enabled()) {
			Run run = new Run();
			this.run = run;
			run.thread.start();
		}
	}

	@Override
	public void stop() {
		Run run = this.run;
		if (run != null) {
			run.stop();
			this.run = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.run != null;
	}

	/**
	 * Runs an action while the replay pauses.
	 * @param <T> the type of the result
	 * @param action the action
	 * @return the result
	 */
	<T> T whilePaused(Supplier<T> action) {
		this.turn.lock();
		try {
			return action.get();
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * The time from a start to a stop. Its thread is asked to stop, and never
	 * interrupted, because H2 closes its file when a writing thread is interrupted.
	 */
	private final class Run {

		private final CountDownLatch stopped = new CountDownLatch(1);

		private final Thread thread = new Thread(this::feed, "week-replay");

		void stop() {
			this.stopped.countDown();
			try {
				this.thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private void feed() {
			int next = begin();
			Pace pace = new Pace(next);
			while (next < WeekReplay.this.quakes.size() && !stoppedWithin(pace.untilDue(next))) {
				try {
					next = feed(next);
				}
				catch (DataAccessException | TransactionException ex) {
					logger.warn("An event could not be recorded and is retried", ex);
					stoppedWithin(PAUSE_AFTER_FAILURE);
				}
			}
		}

		private boolean stoppedWithin(Duration time) {
			try {
				return this.stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return true;
			}
		}

		private int begin() {
			WeekReplay replay = WeekReplay.this;
			if (replay.progress.findFed(NAME).isEmpty() && replay.history.isEmpty()) {
				replay.progress.begin(NAME);
			}
			return replay.progress.findFed(NAME).orElse(replay.quakes.size());
		}

		private int feed(int next) {
			WeekReplay replay = WeekReplay.this;
			boolean fed = replay.whilePaused(() -> replay.transaction.execute((status) -> record(next)));
			return fed ? next + 1 : replay.progress.findFed(NAME).orElse(replay.quakes.size());
		}

		/*
		 * Other nodes on the same database replay too. The node that advances the
		 * progress records the event.
		 */
		private boolean record(int next) {
			boolean ours = WeekReplay.this.progress.advance(NAME, next) == 1;
			if (ours) {
				WeekReplay.this.feed.record(WeekReplay.this.quakes.get(next));
			}
			return ours;
		}

	}

	/**
	 * The times at which events are due. Events of the head start are due at once. The
	 * others keep their accelerated distance from it.
	 */
	private final class Pace {

		private final long began = System.nanoTime();

		private final long from;

		Pace(int first) {
			List<Quake> quakes = WeekReplay.this.quakes;
			long headStart = quakes.get(0).time() + WeekReplay.this.properties.headStart().toMillis();
			this.from = (first < quakes.size()) ? Math.max(headStart, quakes.get(first).time()) : headStart;
		}

		Duration untilDue(int next) {
			double happened = WeekReplay.this.quakes.get(next).time() - this.from;
			Duration due = Duration.ofNanos((long) (happened / WeekReplay.this.properties.speed() * 1_000_000));
			return due.minusNanos(System.nanoTime() - this.began);
		}

	}

}
