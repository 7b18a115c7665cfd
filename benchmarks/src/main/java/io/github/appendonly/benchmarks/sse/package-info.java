/**
 * A server of server-sent events in a JVM of its own, and its clients.
 */
@NullMarked
package io.github.appendonly.benchmarks.sse;

import org.jspecify.annotations.NullMarked;
