/**
 * Immutable states of the structures, with their transitions and merges. The arithmetic
 * of layers is here, in one place for every way of storing them.
 * <p>
 * Nothing here waits, writes or calls back. The merges follow the Python package
 * {@code appendonly} for the ZODB. There each structure is one record that resolves write
 * conflicts by a three-way merge. A method that differs from that package documents the
 * difference.
 */
@NullMarked
package io.github.appendonly.state;

import org.jspecify.annotations.NullMarked;
