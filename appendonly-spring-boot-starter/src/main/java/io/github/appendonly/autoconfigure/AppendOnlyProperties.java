package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.StackSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for append-only structures.
 *
 * @param tablePrefix Prefix of the names of the tables, in the shipped scripts too.
 * @param stacks Stacks that become beans, by name.
 * @param jpa The persistence unit that the structures are kept in.
 * @param transactionManager Name of the transaction manager's bean. By default, the one
 * of our persistence unit.
 * @param groupCommit Committing the pushes of many callers together.
 * @param portableSql Whether to use only SQL that any database knows. Otherwise a batch
 * is a single statement on PostgreSQL; switch that off where a database is only
 * compatible with it.
 * @param retry Trying again what was rolled back because of another transaction.
 * @param metrics Meters and observations.
 */
@ConfigurationProperties("appendonly")
public record AppendOnlyProperties(@DefaultValue(TableNames.DEFAULT_PREFIX) String tablePrefix,
		@DefaultValue Map<String, Stack> stacks, @DefaultValue Jpa jpa, @Nullable String transactionManager,
		@DefaultValue GroupCommit groupCommit, @DefaultValue("false") boolean portableSql, @DefaultValue Retry retry,
		@DefaultValue Metrics metrics) {

	private static final Pattern PREFIX = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

	/**
	 * Checks the prefix.
	 */
	public AppendOnlyProperties {
		if (!PREFIX.matcher(tablePrefix).matches()) {
			throw new IllegalArgumentException("appendonly.table-prefix must consist of letters, digits and "
					+ "underscores, but is \"" + tablePrefix + "\"");
		}
	}

	/**
	 * The stacks that are told apart in meters.
	 */
	public Set<String> namedStacks() {
		Set<String> named = new TreeSet<>(this.stacks.keySet());
		named.addAll(this.metrics.stacks());
		return named;
	}

	/**
	 * A stack that becomes a bean.
	 *
	 * @param type Fully qualified name of the class of the items.
	 * @param maxLayers Number of layers that are kept.
	 * @param maxLength Number of items that a layer takes.
	 * @param archive Whether pruned layers are kept in an archive.
	 */
	public record Stack(@Nullable Class<?> type, @DefaultValue("" + StackBounds.DEFAULT_MAX_LAYERS) int maxLayers,
			@DefaultValue("" + StackBounds.DEFAULT_MAX_LENGTH) int maxLength, @DefaultValue("false") boolean archive) {

		void applyTo(StackSettings<?> settings) {
			settings.bounds(this.maxLayers, this.maxLength).archived(this.archive);
		}

	}

	/**
	 * The persistence unit that the structures are kept in.
	 *
	 * @param persistenceUnit Name of the persistence unit. By default, the only or the
	 * primary one.
	 */
	public record Jpa(@Nullable String persistenceUnit) {
	}

	/**
	 * Committing the pushes of many callers together.
	 *
	 * @param enabled Whether pushes of many callers are committed together, on the thread
	 * of any of them. Switch it off where the data source depends on the calling thread.
	 */
	public record GroupCommit(@DefaultValue("true") boolean enabled) {
	}

	/**
	 * Trying again what was rolled back because of another transaction.
	 *
	 * @param maxRetries Number of further tries at most.
	 * @param delay Delay before the first further try.
	 * @param multiplier Factor by which each delay is longer than the one before.
	 * @param maxDelay Longest delay.
	 * @param jitter Random part of each delay.
	 */
	public record Retry(@DefaultValue("10") long maxRetries, @DefaultValue("5ms") Duration delay,
			@DefaultValue("2") double multiplier, @DefaultValue("250ms") Duration maxDelay,
			@DefaultValue("5ms") Duration jitter) {
	}

	/**
	 * Meters and observations.
	 *
	 * @param stacks Names of further stacks that have a value of their own of the tag
	 * "stack". All others that are not under "appendonly.stacks" share the value "other".
	 */
	public record Metrics(@DefaultValue List<String> stacks) {
	}

}
