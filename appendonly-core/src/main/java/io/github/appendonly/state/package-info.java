/**
 * Immutable states of the structures, their transitions and their merges: the arithmetic
 * of layers, once, for every way of storing them.
 * <p>
 * Nothing here waits, writes or calls back. The merges are those of the Python package
 * {@code appendonly} for the ZODB, where each structure is one record that resolves write
 * conflicts by a three-way merge; where they differ, the method says so.
 */
@NullMarked
package io.github.appendonly.state;

import org.jspecify.annotations.NullMarked;
