package io.github.appendonly.autoconfigure.subscriber;

import java.time.Duration;
import java.util.Map;

import io.github.appendonly.autoconfigure.InvalidPropertyException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for durable subscribers.
 *
 * @param enabled Whether this node works for its subscribers. If not, other nodes do, and
 * this one can still show and change them.
 * @param lease How long a node that works for a subscriber outside of transactions is
 * taken to live without a sign. Another node takes over after that.
 * @param heartBeat How often it gives a sign.
 * @param checkInterval How often this node looks at the rows of its subscribers, to
 * notice what other nodes have changed.
 * @param listeners Settings of single listeners, by the id of the subscriber.
 */
@ConfigurationProperties("appendonly.subscribers")
public record AppendOnlySubscriberProperties(@DefaultValue("true") boolean enabled, @DefaultValue("8s") Duration lease,
		@DefaultValue("2s") Duration heartBeat, @DefaultValue("10s") Duration checkInterval,
		@DefaultValue Map<String, Listener> listeners) {

	private static final Listener NONE = new Listener(true, null, null);

	/**
	 * Checks the ranges.
	 * @throws InvalidPropertyException if a time is too low, or a sign comes too rarely
	 */
	public AppendOnlySubscriberProperties {
		InvalidPropertyException.requireAtLeast("appendonly.subscribers.lease", Duration.ofMillis(100), lease);
		InvalidPropertyException.requireAtLeast("appendonly.subscribers.heart-beat", Duration.ofMillis(10), heartBeat);
		InvalidPropertyException.requireAtLeast("appendonly.subscribers.check-interval", Duration.ofMillis(10),
				checkInterval);
		if (heartBeat.multipliedBy(2).compareTo(lease) > 0) {
			throw new InvalidPropertyException(
					"appendonly.subscribers.heart-beat is " + heartBeat.toMillis()
							+ "ms, more than half of appendonly.subscribers.lease, which is " + lease.toMillis() + "ms",
					"Set appendonly.subscribers.lease to at least twice the heart-beat: one late sign must not cost the "
							+ "lease.");
		}
		listeners.forEach((id, listener) -> listener.check("appendonly.subscribers.listeners[" + id + "]"));
	}

	/**
	 * Returns the settings of a single subscriber.
	 */
	Listener of(String id) {
		return this.listeners.getOrDefault(id, NONE);
	}

	/**
	 * Settings of a single listener that replace those of its annotation.
	 *
	 * @param enabled Whether this node works for it.
	 * @param batchSize Maximum number of entries that are handled together.
	 * @param maxAttempts How often an entry is tried.
	 */
	public record Listener(@DefaultValue("true") boolean enabled, @Nullable Integer batchSize,
			@Nullable Integer maxAttempts) {

		private void check(String property) {
			if (this.batchSize != null) {
				InvalidPropertyException.requireAtLeast(property + ".batch-size", 1, this.batchSize);
			}
			if (this.maxAttempts != null) {
				InvalidPropertyException.requireAtLeast(property + ".max-attempts", 1, this.maxAttempts);
			}
		}

		int batchSizeOr(int declared) {
			return (this.batchSize != null) ? this.batchSize : declared;
		}

		int maxAttemptsOr(int declared) {
			return (this.maxAttempts != null) ? this.maxAttempts : declared;
		}

	}

}
