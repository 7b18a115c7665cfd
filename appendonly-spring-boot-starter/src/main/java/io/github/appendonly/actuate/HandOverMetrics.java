package io.github.appendonly.actuate;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Counts what a {@link HandOver} has dropped.
 */
public final class HandOverMetrics implements MeterBinder {

	private final String name;

	private final HandOver<?> handOver;

	/**
	 * Counts into a meter.
	 * @param name the name of the meter
	 * @param handOver what may drop items
	 */
	public HandOverMetrics(String name, HandOver<?> handOver) {
		this.name = name;
		this.handOver = handOver;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder(this.name, this.handOver, HandOver::dropped)
			.description("Items that were dropped, as too many waited to be written")
			.register(registry);
	}

}
