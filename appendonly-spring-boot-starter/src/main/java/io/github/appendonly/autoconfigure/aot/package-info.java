/**
 * Ahead-of-time processing: hints for native images.
 */
@NullMarked
package io.github.appendonly.autoconfigure.aot;

import org.jspecify.annotations.NullMarked;
