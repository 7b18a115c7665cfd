/**
 * Tests of measuring.
 */
@NullMarked
package io.github.appendonly.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
