package io.github.appendonly.jpa.sequencer;

/**
 * Carries out what a batch does to a stack, in the transaction of the calling thread.
 */
interface PlanWriter {

	/**
	 * Writes a plan, if the stack still is as the plan found it.
	 * @param name the name of the stack
	 * @param plan what to do; not empty
	 * @return whether the stack was as the plan found it; otherwise the transaction has
	 * to be rolled back
	 * @throws IllegalArgumentException if the plan moves a layer into the archive that is
	 * not newer than what is there
	 */
	boolean write(String name, BatchPlan plan);

}
