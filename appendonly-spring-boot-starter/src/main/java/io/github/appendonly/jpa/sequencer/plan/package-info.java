/**
 * What a batch does to a stack. {@code BatchPlan} decides the positions of the items,
 * which layers are sealed and which are pruned. {@code PortablePlanWriter} writes that
 * with portable statements, and {@code PostgresPlanWriter} with the one statement of
 * {@code table.BatchStatement}. {@code PushRequest} calls the pruner.
 */
@NullMarked
package io.github.appendonly.jpa.sequencer.plan;

import org.jspecify.annotations.NullMarked;
