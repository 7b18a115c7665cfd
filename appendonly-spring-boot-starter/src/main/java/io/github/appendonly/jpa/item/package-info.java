/**
 * Converts items to their stored form and back. Items are encoded as JSON, and arrays of
 * them are cut into slices.
 */
@NullMarked
package io.github.appendonly.jpa.item;

import org.jspecify.annotations.NullMarked;
