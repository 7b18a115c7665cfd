package io.github.appendonly.autoconfigure.subscriber;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import io.github.appendonly.StartAt;
import io.github.appendonly.autoconfigure.InvalidPropertyException;
import io.github.appendonly.subscriber.SubscriberDefinition;
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

	private static final Listener NONE = new Listener(true, null, null, null, null, null, null);

	/**
	 * Checks the ranges.
	 * @throws InvalidPropertyException if a time is too low, or a sign comes too rarely
	 */
	public AppendOnlySubscriberProperties {
		InvalidPropertyException.requireAtLeast("appendonly.subscribers.lease", Duration.ofMillis(100), lease);
		InvalidPropertyException.requireAtLeast("appendonly.subscribers.heart-beat", Duration.ofMillis(10), heartBeat);
		InvalidPropertyException.requireAtLeast("appendonly.subscribers.check-interval", Duration.ofMillis(10),
				checkInterval);
		requireTwice("appendonly.subscribers.lease", heartBeat, lease);
		listeners.forEach((id, listener) -> listener.check(property(id), heartBeat));
	}

	/**
	 * Returns the settings of a single subscriber.
	 */
	Listener of(String id) {
		return this.listeners.getOrDefault(id, NONE);
	}

	/**
	 * Returns a subscriber with the settings that these properties replace.
	 * @throws InvalidPropertyException if they do not fit the others
	 */
	<T> SubscriberDefinition<T> applyTo(SubscriberDefinition<T> definition) {
		Listener listener = of(definition.id());
		return listener.equals(NONE) ? definition : listener.applyTo(definition, property(definition.id()));
	}

	private static String property(String id) {
		return "appendonly.subscribers.listeners[" + id + "]";
	}

	private static void requireTwice(String property, Duration heartBeat, Duration lease) {
		if (heartBeat.multipliedBy(2).compareTo(lease) > 0) {
			throw new InvalidPropertyException(
					"appendonly.subscribers.heart-beat is " + heartBeat.toMillis() + "ms, more than half of " + property
							+ ", which is " + lease.toMillis() + "ms",
					"Set " + property + " to at least twice the heart-beat: one late sign must not cost the lease.");
		}
	}

	/**
	 * Settings of a single listener that replace those of its annotation, or of its
	 * definition.
	 *
	 * @param enabled Whether this node works for it.
	 * @param batchSize Maximum number of entries that are handled together.
	 * @param maxAttempts How often an entry is tried.
	 * @param startAt Where it begins if it has no row yet: 'oldest', 'newest' or a
	 * position such as '7-42'. One that has a row goes on where it was.
	 * @param backOff Pause after the first failure of an entry. Each further one is twice
	 * as long.
	 * @param maxBackOff Longest pause after a failure.
	 * @param lease How long a node that works for it outside of transactions is taken to
	 * live without a sign.
	 */
	public record Listener(@DefaultValue("true") boolean enabled, @Nullable Integer batchSize,
			@Nullable Integer maxAttempts, @Nullable StartAt startAt, @Nullable Duration backOff,
			@Nullable Duration maxBackOff, @Nullable Duration lease) {

		private void check(String property, Duration heartBeat) {
			requireAtLeast(property + ".batch-size", 1, this.batchSize);
			requireAtLeast(property + ".max-attempts", 1, this.maxAttempts);
			requireAtLeast(property + ".back-off", Duration.ofMillis(1), this.backOff);
			requireAtLeast(property + ".max-back-off", Duration.ofMillis(1), this.maxBackOff);
			if (this.lease != null) {
				requireTwice(property + ".lease", heartBeat, this.lease);
			}
		}

		private static <V extends Comparable<V>> void requireAtLeast(String property, V least, @Nullable V value) {
			if (value != null) {
				InvalidPropertyException.requireAtLeast(property, least, value);
			}
		}

		private <T> SubscriberDefinition<T> applyTo(SubscriberDefinition<T> definition, String property) {
			Duration first = Objects.requireNonNullElse(this.backOff, definition.backOff());
			Duration longest = Objects.requireNonNullElse(this.maxBackOff, definition.maxBackOff());
			if (first.compareTo(longest) > 0) {
				throw new InvalidPropertyException(
						property + ".back-off is " + first.toMillis() + "ms, above " + property
								+ ".max-back-off, which is " + longest.toMillis() + "ms",
						"Set both. What is not set comes from the annotation, or from the definition.");
			}
			return definition.with((settings) -> {
				settings.backOff(first, longest)
					.batchSize(Objects.requireNonNullElse(this.batchSize, definition.batchSize()))
					.maxAttempts(Objects.requireNonNullElse(this.maxAttempts, definition.maxAttempts()))
					.startAt(Objects.requireNonNullElse(this.startAt, definition.startAt()));
				if (this.lease != null) {
					settings.lease(this.lease);
				}
			});
		}

	}

}
