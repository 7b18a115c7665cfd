package io.github.appendonly.actuate.recording;

import java.util.Collection;
import java.util.List;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Counts the items that {@link BackgroundWriter}s have dropped.
 * <p>
 * Each writer has its own meter: {@code appendonly.audit-events.dropped} and
 * {@code appendonly.http-exchanges.dropped}.
 */
public final class BackgroundWriterMetrics implements MeterBinder {

	private final List<BackgroundWriter<?>> writers;

	/**
	 * Counts for some writers.
	 * @param writers the writers
	 */
	public BackgroundWriterMetrics(Collection<BackgroundWriter<?>> writers) {
		this.writers = List.copyOf(writers);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.writers.forEach((writer) -> FunctionCounter
			.builder("appendonly." + writer.name() + ".dropped", writer, BackgroundWriter::dropped)
			.description("Items that were dropped because too many were waiting to be written")
			.register(registry));
	}

}
