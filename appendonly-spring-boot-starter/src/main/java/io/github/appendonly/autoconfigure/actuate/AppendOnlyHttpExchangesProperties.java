package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.StackBounds;
import io.github.appendonly.autoconfigure.InvalidPropertyException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for HTTP exchanges on a stack.
 *
 * @param enabled Whether to keep HTTP exchanges on a stack.
 * @param stack Name of the stack and of its archive.
 * @param maxLayers Number of layers kept.
 * @param maxLength Number of exchanges per layer.
 * @param archive Whether to keep pruned layers in an archive.
 * @param queueCapacity Number of exchanges that may wait in memory to be written. When
 * the queue is full, the newest are dropped and counted.
 */
@ConfigurationProperties("appendonly.http-exchanges")
public record AppendOnlyHttpExchangesProperties(@DefaultValue("false") boolean enabled,
		@DefaultValue("appendonly-http-exchanges") String stack, @DefaultValue("2") int maxLayers,
		@DefaultValue("" + StackBounds.DEFAULT_MAX_LENGTH) int maxLength, @DefaultValue("false") boolean archive,
		@DefaultValue("1000") int queueCapacity) implements RecordingProperties {

	/**
	 * Checks the ranges.
	 * @throws InvalidPropertyException if a value is too low, or the name is blank
	 */
	public AppendOnlyHttpExchangesProperties {
		InvalidPropertyException.requireText("appendonly.http-exchanges.stack", stack);
		InvalidPropertyException.requireAtLeast("appendonly.http-exchanges.max-layers", 1, maxLayers);
		InvalidPropertyException.requireAtLeast("appendonly.http-exchanges.max-length", 1, maxLength);
		InvalidPropertyException.requireAtLeast("appendonly.http-exchanges.queue-capacity", 1, queueCapacity);
	}

}
