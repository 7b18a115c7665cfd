/**
 * The command line of the benchmarks.
 */
@NullMarked
package io.github.appendonly.benchmarks;

import org.jspecify.annotations.NullMarked;
