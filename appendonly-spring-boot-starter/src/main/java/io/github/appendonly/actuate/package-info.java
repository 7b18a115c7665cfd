/**
 * What is seen of the structures from outside: meters, observations, an endpoint, health.
 */
@NullMarked
package io.github.appendonly.actuate;

import org.jspecify.annotations.NullMarked;
