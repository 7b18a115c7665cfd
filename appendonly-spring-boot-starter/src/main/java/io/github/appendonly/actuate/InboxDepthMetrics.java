package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.github.appendonly.jpa.StructureOperations;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Measures how many items wait in the inboxes of the named stacks and of families. The
 * number is sampled when it is read: one short query each, at most every ten seconds.
 * Also measures how many transactions of this node wait on all stacks, and how long, for
 * which no database is asked.
 */
public final class InboxDepthMetrics implements MeterBinder {

	private static final Log logger = LogFactory.getLog(InboxDepthMetrics.class);

	private static final long FRESH = Duration.ofSeconds(10).toNanos();

	private final StructureOperations operations;

	private final StackTags tags;

	private final Collection<String> families;

	private final LongSupplier nanoTime;

	/**
	 * Creates the meters.
	 * @param operations the operations on the structures
	 * @param tags the names of the stacks
	 * @param families the prefixes of the families
	 */
	public InboxDepthMetrics(StructureOperations operations, StackTags tags, Collection<String> families) {
		this(operations, tags, families, System::nanoTime);
	}

	InboxDepthMetrics(StructureOperations operations, StackTags tags, Collection<String> families,
			LongSupplier nanoTime) {
		this.operations = operations;
		this.tags = tags;
		this.families = List.copyOf(families);
		this.nanoTime = nanoTime;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("appendonly.inbox.transactions", this.operations, StructureOperations::waitingTransactions)
			.description("Transactions of this node that are committed and wait to be placed")
			.baseUnit("transactions")
			.strongReference(true)
			.register(registry);
		TimeGauge
			.builder("appendonly.inbox.age", this.operations, TimeUnit.NANOSECONDS,
					(operations) -> operations.longestWait().map(Duration::toNanos).orElse(0L))
			.description("Time since the commit of the oldest transaction of this node that waits to be placed")
			.strongReference(true)
			.register(registry);
		for (String stack : this.tags.named()) {
			bind(registry, stack, () -> this.operations.waiting(stack));
		}
		for (String prefix : this.families) {
			bind(registry, StackTags.ofMembers(prefix), () -> this.operations.waitingInFamily(prefix));
		}
	}

	private void bind(MeterRegistry registry, String tag, LongSupplier query) {
		Gauge.builder("appendonly.inbox", new Depth(tag, query), Depth::sample)
			.description("Items that are committed and wait to be placed")
			.baseUnit("items")
			.tag("stack", tag)
			.strongReference(true)
			.register(registry);
	}

	/**
	 * The last known depth of one inbox, or of those of a family.
	 */
	private final class Depth {

		private final String tag;

		private final LongSupplier query;

		private double seen = Double.NaN;

		private long at = InboxDepthMetrics.this.nanoTime.getAsLong() - FRESH;

		Depth(String tag, LongSupplier query) {
			this.tag = tag;
			this.query = query;
		}

		synchronized double sample() {
			long now = InboxDepthMetrics.this.nanoTime.getAsLong();
			if (now - this.at >= FRESH) {
				this.at = now;
				this.seen = query();
			}
			return this.seen;
		}

		private double query() {
			try {
				return this.query.getAsLong();
			}
			catch (RuntimeException ex) {
				logger.debug("The inbox of '" + this.tag + "' cannot be measured", ex);
				return Double.NaN;
			}
		}

	}

}
