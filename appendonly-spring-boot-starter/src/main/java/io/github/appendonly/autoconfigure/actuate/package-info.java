/**
 * Auto-configuration of meters, observations, the endpoint, health, audit events and HTTP
 * exchanges.
 */
@NullMarked
package io.github.appendonly.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
