/**
 * Retention: {@code RetentionRunner} finds the stacks whose limits are to be applied, and
 * {@code Expiry} removes what exceeds them, a few layers of one stack at a time. Batches
 * say in the stack's row when that is: {@code StackHead.dueIn}.
 */
@NullMarked
package io.github.appendonly.jpa.retention;

import org.jspecify.annotations.NullMarked;
