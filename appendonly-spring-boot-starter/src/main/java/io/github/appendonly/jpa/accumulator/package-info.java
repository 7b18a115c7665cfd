/**
 * Accumulators: {@code Appends} commits what many callers append outside transactions
 * together, and {@code Consumption} takes items out. A caller's transaction writes what
 * it has appended by itself.
 */
@NullMarked
package io.github.appendonly.jpa.accumulator;

import org.jspecify.annotations.NullMarked;
