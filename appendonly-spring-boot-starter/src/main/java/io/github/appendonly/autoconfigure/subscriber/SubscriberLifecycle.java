package io.github.appendonly.autoconfigure.subscriber;

import java.time.Duration;

import io.github.appendonly.subscriber.JpaSubscribers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the subscribers when the rest of the application has started, and stops them
 * before it stops. A batch under way then has the time of a shutdown phase to end;
 * otherwise it is rolled back.
 */
final class SubscriberLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(SubscriberLifecycle.class);

	private final JpaSubscribers subscribers;

	private final Duration limit;

	private volatile boolean running;

	SubscriberLifecycle(JpaSubscribers subscribers, Duration limit) {
		this.subscribers = subscribers;
		this.limit = limit;
	}

	@Override
	public void start() {
		this.subscribers.start();
		this.running = true;
	}

	@Override
	public void stop() {
		if (!this.subscribers.stop(this.limit)) {
			logger.warn("Subscribers did not end their batches within " + this.limit
					+ "; those in transactions are rolled back");
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Starts before the listeners are registered, so that one that cannot start is named.
	 */
	@Override
	public int getPhase() {
		return ListenerRegistry.PHASE - 1;
	}

}
