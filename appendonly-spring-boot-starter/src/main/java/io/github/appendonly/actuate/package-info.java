/**
 * Observability of the structures: meters, observations, an endpoint and health.
 */
@NullMarked
package io.github.appendonly.actuate;

import org.jspecify.annotations.NullMarked;
