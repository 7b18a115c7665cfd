package io.github.appendonly.actuate;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.jpa.sequencer.SequencerListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Measures appends to accumulators, and what is taken out of them.
 */
public final class AccumulatorMetrics implements SequencerListener {

	/**
	 * The tags of the timer of an append.
	 */
	private record AppendKey(String accumulator, boolean inTransaction, Outcome outcome) {
	}

	private final MeterRegistry registry;

	private final StackTags tags;

	private final Map<AppendKey, Timer> appends = new ConcurrentHashMap<>();

	private final Map<String, Counter> appended = new ConcurrentHashMap<>();

	private final Map<String, Counter> consumed = new ConcurrentHashMap<>();

	/**
	 * Creates the meters.
	 * @param registry the registry
	 * @param tags the values of the tag {@code accumulator}
	 */
	public AccumulatorMetrics(MeterRegistry registry, StackTags tags) {
		this.registry = registry;
		this.tags = tags;
	}

	@Override
	public void appended(Append append) {
		String accumulator = this.tags.of(append.accumulator());
		this.appends.computeIfAbsent(new AppendKey(accumulator, append.inTransaction(), append.outcome()), this::timer)
			.record(append.duration());
		if (append.outcome() == Outcome.SUCCESS) {
			this.appended
				.computeIfAbsent(accumulator,
						(tag) -> items("appendonly.accumulator.appended", "Items that were appended", tag))
				.increment(append.items());
		}
	}

	@Override
	public void consumed(String accumulator, int items) {
		this.consumed
			.computeIfAbsent(this.tags.of(accumulator),
					(tag) -> items("appendonly.accumulator.consumed", "Items that were taken out", tag))
			.increment(items);
	}

	private Timer timer(AppendKey key) {
		return Timer.builder("appendonly.accumulator.append")
			.description("Time that callers wait for their appends")
			.tag("accumulator", key.accumulator())
			.tag("way", key.inTransaction() ? "in_transaction" : "group_commit")
			.tag("outcome", key.outcome().name().toLowerCase(Locale.ROOT))
			.register(this.registry);
	}

	private Counter items(String name, String description, String accumulator) {
		return Counter.builder(name)
			.description(description)
			.baseUnit("items")
			.tag("accumulator", accumulator)
			.register(this.registry);
	}

}
