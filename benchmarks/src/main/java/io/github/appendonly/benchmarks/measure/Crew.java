package io.github.appendonly.benchmarks.measure;

import java.time.Duration;
import java.util.function.IntUnaryOperator;

/**
 * Callers that repeat the same operation.
 *
 * @param kind the kind of their calls; empty if all callers of a round are one crew
 * @param size the number of its callers, for the number of all callers of a round
 * @param pace the time from one call to the next; zero if they follow at once
 * @param operation the operation
 */
public record Crew(String kind, IntUnaryOperator size, Duration pace, Operation operation) {

	/**
	 * All callers of a round.
	 * @param operation the operation
	 * @return the crew
	 */
	public static Crew all(Operation operation) {
		return new Crew("", IntUnaryOperator.identity(), Duration.ZERO, operation);
	}

	/**
	 * A part of the callers of a round.
	 * @param kind the kind of their calls
	 * @param size the number of its callers, for the number of all callers of a round
	 * @param operation the operation
	 * @return the crew
	 */
	public static Crew part(String kind, IntUnaryOperator size, Operation operation) {
		return new Crew(kind, size, Duration.ZERO, operation);
	}

	/**
	 * The same crew with a pace.
	 * @param next the time from one call to the next
	 * @return the crew
	 */
	public Crew every(Duration next) {
		return new Crew(this.kind, this.size, next, this.operation);
	}

}
