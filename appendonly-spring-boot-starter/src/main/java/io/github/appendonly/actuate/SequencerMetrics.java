package io.github.appendonly.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.appendonly.jpa.sequencer.Batch;
import io.github.appendonly.jpa.sequencer.SequencerListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Measures pushes and batches.
 */
public final class SequencerMetrics implements SequencerListener {

	/**
	 * The meters of one value of the tag, except those of pushes.
	 */
	private record Meters(DistributionSummary batch, Counter conflicts, Timer delay, Counter readTimeouts,
			Counter pruned, Counter archived, Counter expired, Counter expiredItems) {

		static Meters of(MeterRegistry registry, String stack) {
			return new Meters(
					DistributionSummary.builder("appendonly.batch.size")
						.description("Items that one batch has placed")
						.baseUnit("items")
						.tag("stack", stack)
						.register(registry),
					Counter.builder("appendonly.conflicts")
						.description("Repetitions of batches because another party had changed the stack")
						.tag("stack", stack)
						.register(registry),
					Timer.builder("appendonly.placement.delay")
						.description("Time from the commit of a transaction until its items are placed")
						.tag("stack", stack)
						.register(registry),
					Counter.builder("appendonly.read.timeouts")
						.description("Reads that did not wait any longer for committed items to be placed")
						.tag("stack", stack)
						.register(registry),
					layers(registry, "appendonly.layers.pruned", "Layers that were pruned", stack),
					layers(registry, "appendonly.layers.archived", "Pruned layers that were archived", stack),
					layers(registry, "appendonly.layers.expired", "Layers that retention has removed", stack),
					Counter.builder("appendonly.items.expired")
						.description("Items that retention has removed")
						.baseUnit("items")
						.tag("stack", stack)
						.register(registry));
		}

		private static Counter layers(MeterRegistry registry, String name, String description, String stack) {
			return Counter.builder(name)
				.description(description)
				.baseUnit("layers")
				.tag("stack", stack)
				.register(registry);
		}

	}

	/**
	 * The tags of the timer of a push.
	 */
	private record PushKey(String stack, Way way, Outcome outcome) {
	}

	private final MeterRegistry registry;

	private final StackTags tags;

	private final Map<String, Meters> meters = new ConcurrentHashMap<>();

	private final Map<PushKey, Timer> pushes = new ConcurrentHashMap<>();

	/**
	 * Creates the meters.
	 * @param registry the registry
	 * @param tags the values of the tag {@code stack}
	 */
	public SequencerMetrics(MeterRegistry registry, StackTags tags) {
		this.registry = registry;
		this.tags = tags;
	}

	private Meters meters(String stack) {
		return this.meters.computeIfAbsent(this.tags.of(stack), (tag) -> Meters.of(this.registry, tag));
	}

	@Override
	public void pushed(Push push) {
		PushKey key = new PushKey(this.tags.of(push.stack()), push.way(), push.outcome());
		this.pushes.computeIfAbsent(key, this::timer).record(push.duration());
	}

	private Timer timer(PushKey key) {
		return Timer.builder("appendonly.push")
			.description("Time that callers wait for their pushes")
			.tag("stack", key.stack())
			.tag("way", tag(key.way()))
			.tag("outcome", tag(key.outcome()))
			.register(this.registry);
	}

	private static String tag(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	@Override
	public Consumer<Batch> begun(String stack, List<Object> origins) {
		return this::record;
	}

	private void record(Batch batch) {
		Meters meters = meters(batch.stack());
		if (batch.items() > 0) {
			meters.batch().record(batch.items());
		}
		if (batch.conflicts() > 0) {
			meters.conflicts().increment(batch.conflicts());
		}
		batch.delays().forEach(meters.delay()::record);
	}

	@Override
	public void readTimedOut(String stack) {
		meters(stack).readTimeouts().increment();
	}

	@Override
	public void pruned(String stack, int layers, int archived) {
		meters(stack).pruned().increment(layers);
		meters(stack).archived().increment(archived);
	}

	@Override
	public void expired(String stack, int layers, int archivedLayers, long items) {
		meters(stack).expired().increment((double) layers + archivedLayers);
		meters(stack).expiredItems().increment((double) items);
	}

}
