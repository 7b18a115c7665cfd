package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.StackBounds;
import io.github.appendonly.autoconfigure.InvalidPropertyException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for audit events on a stack.
 *
 * @param enabled Whether to keep audit events on a stack.
 * @param stack Name of the stack and of its archive.
 * @param maxLayers Number of layers kept.
 * @param maxLength Number of events per layer.
 * @param archive Whether to keep pruned layers in an archive.
 * @param durable Whether an event is stored when it has been published, even in a
 * transaction that rolls back. If it cannot be stored, publishing it fails. Otherwise
 * events are queued in memory, and lost if the process is killed.
 * @param queueCapacity Number of events that may wait in memory to be written. When the
 * queue is full, the newest are dropped and counted.
 */
@ConfigurationProperties("appendonly.audit-events")
public record AppendOnlyAuditEventsProperties(@DefaultValue("false") boolean enabled,
		@DefaultValue("appendonly-audit-events") String stack,
		@DefaultValue("" + StackBounds.DEFAULT_MAX_LAYERS) int maxLayers,
		@DefaultValue("" + StackBounds.DEFAULT_MAX_LENGTH) int maxLength, @DefaultValue("true") boolean archive,
		@DefaultValue("false") boolean durable,
		@DefaultValue("1000") int queueCapacity) implements RecordingProperties {

	/**
	 * Checks the ranges.
	 * @throws InvalidPropertyException if a value is too low, or the name is blank
	 */
	public AppendOnlyAuditEventsProperties {
		InvalidPropertyException.requireText("appendonly.audit-events.stack", stack);
		InvalidPropertyException.requireAtLeast("appendonly.audit-events.max-layers", 1, maxLayers);
		InvalidPropertyException.requireAtLeast("appendonly.audit-events.max-length", 1, maxLength);
		InvalidPropertyException.requireAtLeast("appendonly.audit-events.queue-capacity", 1, queueCapacity);
	}

}
