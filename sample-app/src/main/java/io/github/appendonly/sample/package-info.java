/**
 * Recent earthquakes: an application that keeps its newest events in a stack, all of them
 * in the stack's archive, and figures of its own in the same transactions.
 */
@NullMarked
package io.github.appendonly.sample;

import org.jspecify.annotations.NullMarked;
