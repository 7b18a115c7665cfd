/**
 * Erases and replaces items that are stored, wherever they lie by then.
 */
@NullMarked
package io.github.appendonly.jpa.erasure;

import org.jspecify.annotations.NullMarked;
