package io.github.appendonly.actuate;

import io.github.appendonly.Position;
import io.github.appendonly.subscriber.SubscriberListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Creates an observation of each call of a durable subscriber. What the subscriber does
 * is part of it. It has no parent: nobody knows in which observation the entries were
 * pushed.
 */
public final class SubscriberObservations implements SubscriberListener {

	private static final String NAME = "appendonly.subscriber";

	private final ObservationRegistry registry;

	private final StackTags stacks;

	/**
	 * Creates observations in a registry.
	 * @param registry the registry
	 * @param stacks give the key of a stack its value
	 */
	public SubscriberObservations(ObservationRegistry registry, StackTags stacks) {
		this.registry = registry;
		this.stacks = stacks;
	}

	@Override
	public Call calling(String stack, String id, Position first, int entries) {
		Observation observation = Observation.createNotStarted(NAME, this.registry)
			.contextualName("appendonly " + id)
			.lowCardinalityKeyValue("stack", this.stacks.of(stack))
			.lowCardinalityKeyValue("subscriber", id)
			.highCardinalityKeyValue("appendonly.stack", stack)
			.highCardinalityKeyValue("appendonly.first", first.toString())
			.highCardinalityKeyValue("appendonly.items", "" + entries)
			.start();
		Observation.Scope scope = observation.openScope();
		return new Call() {

			@Override
			public void handled() {
				scope.close();
				observation.stop();
			}

			@Override
			public void failed(Throwable failure) {
				scope.close();
				observation.error(failure);
				observation.stop();
			}

		};
	}

}
