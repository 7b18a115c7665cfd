/**
 * The parts without a database, and the start of an application, measured with JMH.
 */
@NullMarked
package io.github.appendonly.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
