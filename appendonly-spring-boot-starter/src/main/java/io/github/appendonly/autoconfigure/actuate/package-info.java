/**
 * Auto-configuration of what needs the actuator.
 */
@NullMarked
package io.github.appendonly.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
