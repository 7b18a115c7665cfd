/**
 * Auto-configuration of durable subscribers, and the methods that
 * {@code @AppendStackListener} marks.
 */
@NullMarked
package io.github.appendonly.autoconfigure.subscriber;

import org.jspecify.annotations.NullMarked;
