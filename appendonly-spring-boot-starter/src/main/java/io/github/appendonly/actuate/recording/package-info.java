/**
 * Spring Boot's audit events and HTTP exchanges, kept on stacks.
 */
@NullMarked
package io.github.appendonly.actuate.recording;

import org.jspecify.annotations.NullMarked;
