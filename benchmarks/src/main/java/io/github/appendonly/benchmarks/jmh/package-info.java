/**
 * The pure parts, measured with JMH.
 */
@NullMarked
package io.github.appendonly.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
