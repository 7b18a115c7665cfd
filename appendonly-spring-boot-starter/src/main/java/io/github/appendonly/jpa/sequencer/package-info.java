/**
 * Gives items their positions. {@code InboxPlacer} places what waits in inboxes: for
 * reads, after commits, and what other nodes have left. A push goes this way:
 * {@code Sequencer} queues it in {@code SharedLane}, which gathers pushes onto all stacks
 * into one batch for each stack. A {@code ManyStacksPlacer} places these batches in one
 * transaction. A push that needs more than that, or cannot be placed there, goes to the
 * {@code Lane} of its stack, which gathers pushes into a batch; {@code BatchCommitter}
 * commits the batch and repeats it after a lost race. {@code Lanes} keeps a writer's
 * pushes in order across lanes. {@code PostgresPlacer} places a batch by one statement;
 * {@code TransactionalPlacer} places it on any database, in callers' transactions, and
 * where pruners are called. Both have {@code plan.BatchPlan} decide the positions, which
 * layers are sealed and which are pruned.
 */
@NullMarked
package io.github.appendonly.jpa.sequencer;

import org.jspecify.annotations.NullMarked;
