package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.appendonly.jpa.follow.Following;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the subscriptions when the application stops, before the web server waits for its
 * requests: some of them may be answered with what a subscription brings. Calls of
 * followers that have begun may take as long as the timeout of a shutdown phase.
 * <p>
 * When a context is only paused, as the test framework does with contexts that no test
 * needs for a while, subscriptions go on.
 */
final class FollowLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(FollowLifecycle.class);

	/**
	 * Stops before the web server, which is graceful in the phase 1024 below the default
	 * one.
	 */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	private final Optional<Following> following;

	private final FollowThreads threads;

	private final Duration limit;

	private volatile boolean running;

	FollowLifecycle(Optional<Following> following, FollowThreads threads, Duration limit) {
		this.following = following;
		this.threads = threads;
		this.limit = limit;
	}

	@Override
	public void start() {
		this.threads.start();
		this.following.ifPresent(Following::start);
		this.running = true;
	}

	@Override
	public void stop() {
		long begun = System.nanoTime();
		if (!this.following.map((all) -> await(all.stop())).orElse(true)
				|| !this.threads.shutdown(this.limit.minusNanos(System.nanoTime() - begun))) {
			logger.warn("Followers have not returned within " + this.limit + "; their threads are interrupted");
			this.threads.shutdown(Duration.ZERO);
		}
		this.running = false;
	}

	private boolean await(CompletableFuture<Void> ended) {
		try {
			ended.get(this.limit.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException ex) {
			logger.debug("A follower has failed", ex);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
