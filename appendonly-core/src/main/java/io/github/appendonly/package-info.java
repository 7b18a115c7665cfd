/**
 * The API: append-only structures whose items have final, gap-free positions.
 * <p>
 * An {@link io.github.appendonly.AppendStack} keeps the newest items in layers. An
 * {@link io.github.appendonly.Archive} keeps the layers that a stack has pruned. A
 * {@link io.github.appendonly.History} reads both as one. An
 * {@link io.github.appendonly.Accumulator} is a queue that is consumed as a whole.
 */
@NullMarked
package io.github.appendonly;

import org.jspecify.annotations.NullMarked;
