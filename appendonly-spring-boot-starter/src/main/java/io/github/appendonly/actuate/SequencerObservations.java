package io.github.appendonly.actuate;

import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.jpa.sequencer.Batch;
import io.github.appendonly.jpa.sequencer.SequencerListener;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Creates an observation of each batch.
 * <p>
 * The observation has no parent. A batch holds the items of many callers, and runs on the
 * thread of any of them. That caller's observation is suspended while the batch runs.
 */
public final class SequencerObservations implements SequencerListener {

	private static final String NAME = "appendonly.batch";

	private final ObservationRegistry registry;

	private final StackTags tags;

	/**
	 * Creates observations in a registry.
	 * @param registry the registry
	 * @param tags the values of the key {@code stack}
	 */
	public SequencerObservations(ObservationRegistry registry, StackTags tags) {
		this.registry = registry;
		this.tags = tags;
	}

	@Override
	public @Nullable Object origin() {
		return this.registry.getCurrentObservation();
	}

	@Override
	public Consumer<Batch> begun(String stack, List<Object> origins) {
		Observation.Scope callers = this.registry.getCurrentObservationScope();
		this.registry.setCurrentObservationScope(null);
		try {
			Observation observation = Observation.start(NAME, () -> context(stack, origins), this.registry);
			Observation.Scope scope = observation.openScope();
			return (batch) -> {
				try {
					scope.close();
					stop(observation, batch);
				}
				finally {
					this.registry.setCurrentObservationScope(callers);
				}
			};
		}
		catch (RuntimeException ex) {
			this.registry.setCurrentObservationScope(callers);
			throw ex;
		}
	}

	private BatchObservationContext context(String stack, List<Object> origins) {
		BatchObservationContext context = new BatchObservationContext(stack,
				origins.stream().filter(Observation.class::isInstance).map(Observation.class::cast).toList());
		context.setContextualName("appendonly batch");
		context.addLowCardinalityKeyValue(KeyValue.of("stack", this.tags.of(stack)));
		context.addHighCardinalityKeyValue(KeyValue.of("appendonly.stack", stack));
		return context;
	}

	private static void stop(Observation observation, Batch batch) {
		observation.highCardinalityKeyValue("appendonly.items", "" + batch.items())
			.highCardinalityKeyValue("appendonly.pushes", "" + batch.requests())
			.highCardinalityKeyValue("appendonly.inbox.rows", "" + batch.inboxRows())
			.highCardinalityKeyValue("appendonly.conflicts", "" + batch.conflicts());
		batch.failure().ifPresent(observation::error);
		observation.stop();
	}

}
