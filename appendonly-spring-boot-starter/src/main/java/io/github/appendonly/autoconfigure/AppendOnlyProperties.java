package io.github.appendonly.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.AccumulatorSettings;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.entity.FixedNames;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.env.Environment;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for append-only structures.
 *
 * @param tablePrefix Prefix of table names, also in the scripts.
 * @param stacks Stacks that become beans, by name.
 * @param families Families of stacks that become beans, by name.
 * @param accumulators Accumulators that become beans, by name.
 * @param jpa The persistence unit that holds the structures.
 * @param transactionManager Bean name of the transaction manager. By default, the one of
 * the persistence unit.
 * @param groupCommit Committing the pushes of many callers together.
 * @param portableSql Whether to use only portable SQL. On PostgreSQL, a batch is
 * otherwise a single statement. Enable this for databases that speak PostgreSQL's
 * protocol but not all of its SQL.
 * @param retry Retries of the starter's own transactions that were rolled back because of
 * another transaction.
 * @param read Reads outside transactions.
 * @param inbox Items that are committed and not placed yet.
 * @param asyncPush Asynchronous pushes that wait in memory.
 * @param follow Following stacks.
 * @param retention Removing what exceeds the limits of stacks.
 * @param metrics Meters and observations.
 */
@ConfigurationProperties("appendonly")
public record AppendOnlyProperties(@DefaultValue(FixedNames.DEFAULT_PREFIX) String tablePrefix,
		@DefaultValue Map<String, Stack> stacks, @DefaultValue Map<String, Family> families,
		@DefaultValue Map<String, Accumulator> accumulators, @DefaultValue Jpa jpa, @Nullable String transactionManager,
		@DefaultValue GroupCommit groupCommit, @DefaultValue("false") boolean portableSql, @DefaultValue Retry retry,
		@DefaultValue Read read, @DefaultValue Inbox inbox, @DefaultValue AsyncPush asyncPush,
		@DefaultValue Follow follow, @DefaultValue Retention retention, @DefaultValue Metrics metrics) {

	private static final Pattern PREFIX = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

	/**
	 * Checks the prefix.
	 * @throws InvalidPropertyException if the prefix cannot begin the name of a table
	 */
	public AppendOnlyProperties {
		if (!PREFIX.matcher(tablePrefix).matches()) {
			throw new InvalidPropertyException(
					"appendonly.table-prefix must consist of letters, digits and underscores (no digit first), but is \""
							+ tablePrefix + "\"",
					"Change it. A schema is not part of the prefix: set spring.jpa.properties.hibernate.default_schema, "
							+ "or the schema in the URL.");
		}
	}

	/**
	 * The names of the stacks that are beans, as they are in the database. The keys of
	 * {@link #stacks()} are as the properties write them.
	 */
	public static Set<String> stackNames(Environment environment) {
		return StructureSettings.bind(environment, StackBeanRegistrar.STACKS, Stack.class).keySet();
	}

	/**
	 * The types of the items of these stacks, by name.
	 */
	public static Map<String, Class<?>> stackTypes(Environment environment) {
		Map<String, Class<?>> types = new TreeMap<>();
		StructureSettings.bind(environment, StackBeanRegistrar.STACKS, Stack.class)
			.forEach((name, stack) -> types.put(name, StructureSettings
				.requireType(StructureSettings.property(StackBeanRegistrar.STACKS, name), stack.type())));
		return types;
	}

	/**
	 * The prefixes of the families that are beans.
	 */
	public static Set<String> familyPrefixes(Environment environment) {
		Set<String> prefixes = new TreeSet<>();
		StructureSettings.bind(environment, StackBeanRegistrar.FAMILIES, Family.class)
			.forEach((name, family) -> prefixes.add(family.prefix(name)));
		return prefixes;
	}

	/**
	 * The names of the stacks that have their own value of the tag {@code stack}.
	 */
	public Set<String> namedStacks(Environment environment) {
		Set<String> named = new TreeSet<>(stackNames(environment));
		named.addAll(this.metrics.stacks());
		return named;
	}

	/**
	 * The names of the accumulators that have their own value of the tag
	 * {@code accumulator}.
	 */
	public Set<String> namedAccumulators(Environment environment) {
		Set<String> named = new TreeSet<>(
				StructureSettings.bind(environment, StackBeanRegistrar.ACCUMULATORS, Accumulator.class).keySet());
		named.addAll(this.metrics.accumulators());
		return named;
	}

	/**
	 * A stack that becomes a bean.
	 *
	 * @param type Class of the items. A nested class is written with "$".
	 * @param maxLayers Number of layers kept, at least 1.
	 * @param maxLength Number of items per layer, at least 1.
	 * @param archive Whether to move pruned layers to the archive of the same name.
	 * @param keepForSubscribers Number of layers kept beyond max-layers while a durable
	 * subscriber has not handled them, at least 0.
	 * @param retention Age from which items are removed from the stack and its archive,
	 * in days unless a unit is given. By default, they stay.
	 * @param maxBytes Size of the stack. Beyond it, the oldest layers go, to the archive
	 * if there is one. By default, there is no limit.
	 * @param archiveMaxLayers Number of layers kept in the archive. By default, there is
	 * no limit.
	 * @param archiveMaxBytes Size of the archive. Beyond it, the oldest layers go. By
	 * default, there is no limit.
	 * @param keyRetention How long the keys of items are remembered, at least a second.
	 * By default, until their layer is pruned.
	 */
	public record Stack(@Nullable Class<?> type, @DefaultValue("" + StackBounds.DEFAULT_MAX_LAYERS) int maxLayers,
			@DefaultValue("" + StackBounds.DEFAULT_MAX_LENGTH) int maxLength, @DefaultValue("false") boolean archive,
			@DefaultValue("0") int keepForSubscribers,
			@DefaultValue("0") @DurationUnit(ChronoUnit.DAYS) Duration retention, @DefaultValue("0") DataSize maxBytes,
			@DefaultValue("0") long archiveMaxLayers, @DefaultValue("0") DataSize archiveMaxBytes,
			@Nullable Duration keyRetention) {

		void requireBounds(String property) {
			InvalidPropertyException.requireAtLeast(property + ".max-layers", 1, this.maxLayers);
			InvalidPropertyException.requireAtLeast(property + ".max-length", 1, this.maxLength);
			InvalidPropertyException.requireAtLeast(property + ".keep-for-subscribers", 0, this.keepForSubscribers);
			if (!StackSettings.isRetention(this.retention)) {
				throw new InvalidPropertyException(
						property + ".retention must be whole seconds from 0 to 1000 years, but is "
								+ this.retention.toString().replace("PT", "").toLowerCase(Locale.ROOT),
						"Set " + property + ".retention to a time such as 90d.");
			}
			InvalidPropertyException.requireAtLeast(property + ".max-bytes", DataSize.ofBytes(0), this.maxBytes);
			InvalidPropertyException.requireAtLeast(property + ".archive-max-layers", 0L, this.archiveMaxLayers);
			InvalidPropertyException.requireAtLeast(property + ".archive-max-bytes", DataSize.ofBytes(0),
					this.archiveMaxBytes);
			if (this.keyRetention != null) {
				requireKeyRetention(property, this.keyRetention);
			}
		}

		void applyTo(StackSettings<?> settings) {
			settings.bounds(this.maxLayers, this.maxLength)
				.archived(this.archive)
				.keepForSubscribers(this.keepForSubscribers)
				.retention(this.retention)
				.maxBytes(this.maxBytes.toBytes())
				.archiveMaxLayers(this.archiveMaxLayers)
				.archiveMaxBytes(this.archiveMaxBytes.toBytes());
			if (this.keyRetention != null) {
				settings.keyRetention(this.keyRetention);
			}
		}

	}

	/**
	 * A family of stacks that becomes a bean. Each of its stacks has these settings.
	 *
	 * @param type Class of the items. A nested class is written with "$".
	 * @param prefix Beginning of the names of the stacks. By default, the name of the
	 * family and a hyphen.
	 * @param maxLayers Number of layers kept, at least 1.
	 * @param maxLength Number of items per layer, at least 1.
	 * @param archive Whether to move pruned layers to the archive of the same name.
	 * @param keepForSubscribers Number of layers kept beyond max-layers while a durable
	 * subscriber has not handled them, at least 0.
	 * @param retention Age at which items are removed, from the archive too. Zero keeps
	 * them however old they are.
	 * @param maxBytes Size of the items of a stack, as they are stored. Zero for no
	 * limit.
	 * @param archiveMaxLayers Number of layers of an archive. Zero for no limit.
	 * @param archiveMaxBytes Size of the items of an archive, as they are stored. Zero
	 * for no limit.
	 * @param keyRetention How long the keys of items are remembered, at least a second.
	 * By default, until their layer is pruned.
	 */
	public record Family(@Nullable Class<?> type, @Nullable String prefix,
			@DefaultValue("" + StackBounds.DEFAULT_MAX_LAYERS) int maxLayers,
			@DefaultValue("" + StackBounds.DEFAULT_MAX_LENGTH) int maxLength, @DefaultValue("false") boolean archive,
			@DefaultValue("0") int keepForSubscribers,
			@DefaultValue("0") @DurationUnit(ChronoUnit.DAYS) Duration retention, @DefaultValue("0") DataSize maxBytes,
			@DefaultValue("0") long archiveMaxLayers, @DefaultValue("0") DataSize archiveMaxBytes,
			@Nullable Duration keyRetention) {

		String prefix(String name) {
			return (this.prefix != null) ? this.prefix : name + "-";
		}

		/**
		 * Returns the settings of each stack.
		 */
		Stack stack() {
			return new Stack(this.type, this.maxLayers, this.maxLength, this.archive, this.keepForSubscribers,
					this.retention, this.maxBytes, this.archiveMaxLayers, this.archiveMaxBytes, this.keyRetention);
		}

	}

	/**
	 * An accumulator that becomes a bean.
	 *
	 * @param type Class of the items. A nested class is written with "$".
	 * @param keyRetention How long the keys of items are remembered, at least a second.
	 */
	public record Accumulator(@Nullable Class<?> type, @DefaultValue("1d") Duration keyRetention) {

		void requireKeyRetention(String property) {
			AppendOnlyProperties.requireKeyRetention(property, this.keyRetention);
		}

		void applyTo(AccumulatorSettings settings) {
			settings.keyRetention(this.keyRetention);
		}

	}

	private static void requireKeyRetention(String property, Duration time) {
		if (!StackSettings.isKeyRetention(time)) {
			throw new InvalidPropertyException(
					property + ".key-retention must be from 1s to 36525d, but is "
							+ time.toString().replace("PT", "").toLowerCase(Locale.ROOT),
					"Set " + property + ".key-retention to a time such as 7d.");
		}
	}

	/**
	 * The persistence unit that holds the structures.
	 *
	 * @param persistenceUnit Name of the persistence unit that holds the structures. By
	 * default, the only or the primary one.
	 */
	public record Jpa(@Nullable String persistenceUnit) {
	}

	/**
	 * Committing the pushes of many callers together.
	 *
	 * @param enabled Whether to commit the pushes of many callers together, on the thread
	 * of any of them, and their appends to accumulators too. Disable this if the data
	 * source depends on the calling thread.
	 */
	public record GroupCommit(@DefaultValue("true") boolean enabled) {
	}

	/**
	 * Retries of the starter's own transactions that were rolled back because of another
	 * transaction.
	 *
	 * @param maxRetries Maximum number of retries.
	 * @param delay Delay before the first retry.
	 * @param multiplier Factor by which each delay grows.
	 * @param maxDelay Longest delay.
	 * @param jitter Random part of each delay.
	 */
	public record Retry(@DefaultValue("10") long maxRetries, @DefaultValue("5ms") Duration delay,
			@DefaultValue("2") double multiplier, @DefaultValue("250ms") Duration maxDelay,
			@DefaultValue("5ms") Duration jitter) {

		/**
		 * Checks the ranges.
		 * @throws InvalidPropertyException if a value is too low
		 */
		public Retry {
			InvalidPropertyException.requireAtLeast("appendonly.retry.max-retries", 0L, maxRetries);
			InvalidPropertyException.requireAtLeast("appendonly.retry.delay", Duration.ZERO, delay);
			InvalidPropertyException.requireAtLeast("appendonly.retry.multiplier", 1.0, multiplier);
			InvalidPropertyException.requireAtLeast("appendonly.retry.max-delay", Duration.ofMillis(1), maxDelay);
			InvalidPropertyException.requireAtLeast("appendonly.retry.jitter", Duration.ZERO, jitter);
		}

		/**
		 * Returns the policy for work in internal transactions.
		 */
		public RetryPolicy policy() {
			return RetryPolicy.builder()
				.predicate(JpaAppendOnlyStructures::isTransient)
				.maxRetries(this.maxRetries)
				.delay(this.delay)
				.multiplier(this.multiplier)
				.maxDelay(this.maxDelay)
				.jitter(this.jitter)
				.build();
		}

	}

	/**
	 * Reads outside transactions.
	 *
	 * @param maxWait Longest time that a read outside transactions waits for items that
	 * are committed and not placed yet. Afterwards it returns what is placed.
	 */
	public record Read(@DefaultValue("500ms") Duration maxWait) {

		/**
		 * Checks the time.
		 * @throws InvalidPropertyException if it is negative
		 */
		public Read {
			InvalidPropertyException.requireAtLeast("appendonly.read.max-wait", Duration.ZERO, maxWait);
		}

	}

	/**
	 * Items that are committed and not placed yet.
	 *
	 * @param checkInterval Interval at which every node looks for items that wait since
	 * its last look, for example because another node has ended. Zero disables this.
	 */
	public record Inbox(@DefaultValue("5s") Duration checkInterval) {

		/**
		 * Checks the interval.
		 * @throws InvalidPropertyException if it is negative
		 */
		public Inbox {
			InvalidPropertyException.requireAtLeast("appendonly.inbox.check-interval", Duration.ZERO, checkInterval);
		}

	}

	/**
	 * Asynchronous pushes that wait in memory.
	 *
	 * @param maxItems Maximum number of items that may wait in memory to be placed, over
	 * all stacks.
	 * @param maxSize Maximum size of the pushes that may wait in memory. By default, a
	 * tenth of the heap.
	 * @param whenFull What happens to an asynchronous push beyond these limits.
	 */
	public record AsyncPush(@DefaultValue("50000") int maxItems, @Nullable DataSize maxSize,
			@DefaultValue("fail") WhenFull whenFull) {

		/**
		 * Checks the limits.
		 * @throws InvalidPropertyException if a limit is too low
		 */
		public AsyncPush {
			InvalidPropertyException.requireAtLeast("appendonly.async-push.max-items", 1, maxItems);
			if (maxSize != null) {
				InvalidPropertyException.requireAtLeast("appendonly.async-push.max-size", DataSize.ofBytes(1), maxSize);
			}
		}

		/**
		 * What happens to an asynchronous push when too much waits already.
		 */
		public enum WhenFull {

			/** Its future fails at once. */
			FAIL,

			/** Its caller waits for room. In a transaction, the future fails. */
			WAIT

		}

		JpaAppendOnlyStructures.Limits limits(Read read) {
			long bytes = (this.maxSize != null) ? this.maxSize.toBytes()
					: JpaAppendOnlyStructures.Limits.DEFAULT.asyncBytes();
			return new JpaAppendOnlyStructures.Limits(read.maxWait(), this.maxItems, bytes,
					this.whenFull == WhenFull.WAIT);
		}

	}

	/**
	 * Following stacks.
	 *
	 * @param concurrency Maximum number of reads for followers at a time. Each of them
	 * takes a connection.
	 * @param minPollInterval Interval at which to look at a followed stack that another
	 * node changes often.
	 * @param maxPollInterval Interval at which to look at a followed stack that does not
	 * change.
	 * @param notifies Whether nodes notify each other of changed stacks, on PostgreSQL.
	 * It takes one connection of its own for each node. All nodes should have the same
	 * value.
	 */
	public record Follow(@DefaultValue("4") int concurrency, @DefaultValue("5ms") Duration minPollInterval,
			@DefaultValue("1s") Duration maxPollInterval, @Name("notify") @DefaultValue("false") boolean notifies) {

		/**
		 * Checks the ranges.
		 * @throws InvalidPropertyException if a value is too low
		 */
		public Follow {
			InvalidPropertyException.requireAtLeast("appendonly.follow.concurrency", 1, concurrency);
			InvalidPropertyException.requireAtLeast("appendonly.follow.min-poll-interval", Duration.ofMillis(1),
					minPollInterval);
			InvalidPropertyException.requireAtLeast("appendonly.follow.max-poll-interval", minPollInterval,
					maxPollInterval);
		}

	}

	/**
	 * Removing what exceeds the limits of stacks.
	 *
	 * @param enabled Whether this application removes what exceeds the retention of
	 * stacks and the limits of sizes.
	 * @param interval Interval at which to look for what is to be removed.
	 * @param portion Maximum number of layers that one transaction removes from a stack
	 * or an archive. Pushes onto the stack wait for it.
	 */
	public record Retention(@DefaultValue("true") boolean enabled, @DefaultValue("1h") Duration interval,
			@DefaultValue("100") int portion) {

		/**
		 * Checks the ranges.
		 * @throws InvalidPropertyException if a value is too low
		 */
		public Retention {
			InvalidPropertyException.requireAtLeast("appendonly.retention.interval", Duration.ofSeconds(1), interval);
			InvalidPropertyException.requireAtLeast("appendonly.retention.portion", 1, portion);
		}

	}

	/**
	 * Meters and observations.
	 *
	 * @param stacks Names of further stacks with their own value of the tag "stack". The
	 * stacks under "appendonly.stacks" always have their own. All others share the value
	 * "other".
	 * @param accumulators Names of further accumulators with their own value of the tag
	 * "accumulator". Those under "appendonly.accumulators" always have their own. All
	 * others share the value "other".
	 */
	public record Metrics(@DefaultValue List<String> stacks, @DefaultValue List<String> accumulators) {
	}

}
