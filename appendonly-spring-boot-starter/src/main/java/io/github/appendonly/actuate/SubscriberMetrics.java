package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

import io.github.appendonly.Position;
import io.github.appendonly.subscriber.SubscriberListener;
import io.github.appendonly.subscriber.SubscriberStatus;
import io.github.appendonly.subscriber.Subscribers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Measures the durable subscribers. Their states and lags are sampled when the number of
 * subscribers is read, at most every ten seconds.
 */
public final class SubscriberMetrics implements SubscriberListener, MeterBinder {

	private static final Log logger = LogFactory.getLog(SubscriberMetrics.class);

	private static final Duration FRESH = Duration.ofSeconds(10);

	/** All others share one value of the tag. */
	private static final int MAX_SUBSCRIBERS = 100;

	/**
	 * The counters of one subscriber.
	 */
	private record Counters(Counter handled, Counter failures, Counter parked) {

		static Counters of(MeterRegistry registry, Tags tags) {
			return new Counters(
					Counter.builder("appendonly.subscriber.handled")
						.description("Entries that the subscriber has handled on this node")
						.baseUnit("items")
						.tags(tags)
						.register(registry),
					Counter.builder("appendonly.subscriber.failures")
						.description("Calls of the subscriber that have failed on this node")
						.baseUnit("calls")
						.tags(tags)
						.register(registry),
					Counter.builder("appendonly.subscriber.parked")
						.description("Entries that the subscriber has parked on this node")
						.baseUnit("items")
						.tags(tags)
						.register(registry));
		}

	}

	private final MeterRegistry registry;

	private final ObjectProvider<Subscribers> subscribers;

	private final StackTags stacks;

	private final LongSupplier nanoTime;

	private final Map<Tags, Counters> counters = new ConcurrentHashMap<>();

	private final MultiGauge lags;

	private final MultiGauge ages;

	private Map<SubscriberStatus.State, Long> numbers = Map.of();

	private long sampledAt;

	/**
	 * Creates the meters.
	 * @param registry the registry
	 * @param subscribers the subscribers, which are made later
	 * @param stacks give the tag of a stack its value
	 */
	public SubscriberMetrics(MeterRegistry registry, ObjectProvider<Subscribers> subscribers, StackTags stacks) {
		this(registry, subscribers, stacks, System::nanoTime);
	}

	SubscriberMetrics(MeterRegistry registry, ObjectProvider<Subscribers> subscribers, StackTags stacks,
			LongSupplier nanoTime) {
		this.registry = registry;
		this.subscribers = subscribers;
		this.stacks = stacks;
		this.nanoTime = nanoTime;
		this.sampledAt = nanoTime.getAsLong() - FRESH.toNanos();
		this.lags = MultiGauge.builder("appendonly.subscriber.lag")
			.description("Items that are placed and that the subscriber has not handled")
			.baseUnit("items")
			.register(registry);
		this.ages = MultiGauge.builder("appendonly.subscriber.lag.age")
			.description("Time for which the subscriber has been behind, at least")
			.baseUnit("seconds")
			.register(registry);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (SubscriberStatus.State state : SubscriberStatus.State.values()) {
			Gauge.builder("appendonly.subscribers", () -> number(state))
				.description("Subscribers in this state")
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
	}

	private synchronized double number(SubscriberStatus.State state) {
		long now = this.nanoTime.getAsLong();
		if (now - this.sampledAt >= FRESH.toNanos()) {
			this.sampledAt = now;
			sample();
		}
		return this.numbers.containsKey(state) ? this.numbers.get(state) : Double.NaN;
	}

	private void sample() {
		try {
			List<SubscriberStatus> all = this.subscribers.getObject().status();
			Map<SubscriberStatus.State, Long> numbers = new EnumMap<>(SubscriberStatus.State.class);
			for (SubscriberStatus.State state : SubscriberStatus.State.values()) {
				numbers.put(state, all.stream().filter((one) -> one.state() == state).count());
			}
			this.numbers = numbers;
			register(this.lags, all, SubscriberStatus::lag);
			register(this.ages, all, (one) -> one.behindFor().toNanos() / 1e9);
		}
		catch (RuntimeException ex) {
			logger.debug("Could not query the subscribers", ex);
			this.numbers = Map.of();
		}
	}

	private void register(MultiGauge gauge, List<SubscriberStatus> all, ToDoubleFunction<SubscriberStatus> value) {
		gauge.register(all.stream()
			.limit(MAX_SUBSCRIBERS)
			.map((one) -> MultiGauge.Row.of(tags(one.stack(), one.id()), value.applyAsDouble(one)))
			.toList(), true);
	}

	private Tags tags(String stack, String subscriber) {
		return Tags.of("stack", this.stacks.of(stack), "subscriber", subscriber);
	}

	private Counters counters(String stack, String id) {
		Tags tags = tags(stack, id);
		boolean known = this.counters.containsKey(tags) || this.counters.size() < MAX_SUBSCRIBERS;
		return this.counters.computeIfAbsent(known ? tags : tags(StackTags.OTHER, StackTags.OTHER),
				(key) -> Counters.of(this.registry, key));
	}

	@Override
	public Call calling(String stack, String id, Position first, int entries) {
		Counters counters = counters(stack, id);
		return new Call() {

			@Override
			public void handled() {
				counters.handled().increment(entries);
			}

			@Override
			public void failed(Throwable failure) {
				counters.failures().increment();
			}

		};
	}

	@Override
	public void parked(String stack, String id, Position position) {
		counters(stack, id).parked().increment();
	}

}
