package io.github.appendonly.actuate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.appendonly.subscriber.SubscriberStatus;
import io.github.appendonly.subscriber.Subscribers;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports {@link #DEGRADED} while a durable subscriber has stopped, with its position and
 * the cause. That does not make the application as a whole down: it serves its requests,
 * no other node can do more, and a restart helps nothing. Also names the subscribers that
 * are paused.
 */
public final class SubscriberHealthIndicator extends AbstractHealthIndicator {

	/** A subscriber needs help. Spring Boot leaves it out when it adds up all parts. */
	public static final Status DEGRADED = new Status("DEGRADED", "A subscriber has stopped");

	private static final int MAX_DETAILS = 10;

	private final Subscribers subscribers;

	/**
	 * Creates the indicator.
	 * @param subscribers the subscribers
	 */
	public SubscriberHealthIndicator(Subscribers subscribers) {
		super("The subscribers cannot be queried");
		this.subscribers = subscribers;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<SubscriberStatus> all = this.subscribers.status();
		Map<String, String> stopped = new TreeMap<>();
		Map<String, String> paused = new TreeMap<>();
		for (SubscriberStatus one : all) {
			if (one.state() == SubscriberStatus.State.STOPPED && stopped.size() < MAX_DETAILS) {
				stopped.put(one.id(), "stack '" + one.stack() + "' at " + one.failed().orElse(one.cursor()) + ": "
						+ one.cause().orElse("unknown"));
			}
			if (one.state() == SubscriberStatus.State.PAUSED && paused.size() < MAX_DETAILS) {
				paused.put(one.id(), "stack '" + one.stack() + "' at " + one.cursor());
			}
		}
		builder.status(stopped.isEmpty() ? Status.UP : DEGRADED);
		if (!stopped.isEmpty()) {
			builder.withDetail("stopped", stopped);
		}
		if (!paused.isEmpty()) {
			builder.withDetail("paused", paused);
		}
	}

}
