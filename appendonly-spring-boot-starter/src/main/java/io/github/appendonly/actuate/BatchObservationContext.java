package io.github.appendonly.actuate;

import java.util.List;

import io.micrometer.observation.Observation;

/**
 * The context of the observation of a batch.
 */
public final class BatchObservationContext extends Observation.Context {

	private final String stack;

	private final List<Observation> origins;

	BatchObservationContext(String stack, List<Observation> origins) {
		this.stack = stack;
		this.origins = List.copyOf(origins);
	}

	/**
	 * The name of the stack.
	 * @return the name
	 */
	public String stack() {
		return this.stack;
	}

	/**
	 * The observations that were current when the items were pushed, for items that were
	 * pushed on this node. They may have ended.
	 * @return the observations
	 */
	public List<Observation> origins() {
		return this.origins;
	}

}
