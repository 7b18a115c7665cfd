/**
 * How is measured: contenders take turns in rounds, each of which is verified.
 */
@NullMarked
package io.github.appendonly.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
