/**
 * The scenarios and their contenders.
 */
@NullMarked
package io.github.appendonly.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
