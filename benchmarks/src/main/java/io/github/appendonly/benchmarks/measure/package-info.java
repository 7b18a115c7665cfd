/**
 * Measuring: contenders take turns in rounds, and each round is verified.
 */
@NullMarked
package io.github.appendonly.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
