package io.github.appendonly.jpa.sequencer.plan;

/**
 * Writes the plan of a batch to the database, in the transaction of the calling thread:
 * places the new slices, seals full layers, and archives and drops pruned ones.
 */
public interface PlanWriter {

	/**
	 * Writes a plan, if the stack is still as the plan found it.
	 * @param name the name of the stack
	 * @param plan the plan; not empty
	 * @return whether the stack was as the plan found it; if not, the transaction must be
	 * rolled back
	 * @throws IllegalArgumentException if the plan archives a layer that is not newer
	 * than the layers of the archive
	 */
	boolean write(String name, BatchPlan plan);

}
