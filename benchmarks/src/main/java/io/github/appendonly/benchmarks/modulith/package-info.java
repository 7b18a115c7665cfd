/**
 * An application with Spring Modulith's registry of events.
 */
@NullMarked
package io.github.appendonly.benchmarks.modulith;

import org.jspecify.annotations.NullMarked;
