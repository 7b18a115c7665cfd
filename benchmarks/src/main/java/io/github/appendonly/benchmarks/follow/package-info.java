/**
 * The scenarios of followers and durable subscribers.
 */
@NullMarked
package io.github.appendonly.benchmarks.follow;

import org.jspecify.annotations.NullMarked;
