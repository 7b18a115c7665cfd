/**
 * Tests of the scenarios.
 */
@NullMarked
package io.github.appendonly.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
