/**
 * Pushes and appends with a key: {@code KeyedCommitter} stores what comes from outside of
 * transactions, and {@code KeySweep} removes keys that are remembered no longer. In a
 * caller's transaction, the key is taken at once and the item goes the way of any other.
 */
@NullMarked
package io.github.appendonly.jpa.key;

import org.jspecify.annotations.NullMarked;
