package io.github.appendonly.actuate.recording;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Counts what a {@link BackgroundWriter} has dropped.
 */
public final class BackgroundWriterMetrics implements MeterBinder {

	private final String name;

	private final BackgroundWriter<?> handOver;

	/**
	 * Counts into a meter.
	 * @param name the name of the meter
	 * @param handOver what may drop items
	 */
	public BackgroundWriterMetrics(String name, BackgroundWriter<?> handOver) {
		this.name = name;
		this.handOver = handOver;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder(this.name, this.handOver, BackgroundWriter::dropped)
			.description("Items that were dropped, as too many waited to be written")
			.register(registry);
	}

}
