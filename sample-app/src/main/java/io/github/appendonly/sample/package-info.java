/**
 * Recent earthquakes: an application that keeps its newest events on a stack, and all
 * older ones in its archive. It updates its own statistics in the same transactions.
 */
@NullMarked
package io.github.appendonly.sample;

import org.jspecify.annotations.NullMarked;
