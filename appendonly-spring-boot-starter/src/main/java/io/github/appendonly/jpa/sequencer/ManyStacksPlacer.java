package io.github.appendonly.jpa.sequencer;

import java.util.List;

/**
 * Places the batches of many stacks in one transaction. It never waits for other
 * transactions: one of them may need a row that this one has locked.
 */
interface ManyStacksPlacer {

	/**
	 * Places and commits batches. It records in each batch that it is placed, or that it
	 * has failed and why. A batch without either is not placed. It needs a transaction of
	 * its own, for example because another transaction has the stack's row locked.
	 * @param batches batches for different stacks, whose requests call no pruner; at
	 * least one
	 */
	void place(List<Batch> batches);

}
