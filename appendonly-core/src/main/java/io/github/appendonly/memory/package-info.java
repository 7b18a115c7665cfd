/**
 * The structures on the heap, for tests and caches: immutable states behind one
 * reference, changed by compare-and-set.
 * <p>
 * They know no transactions: a change takes effect when its method returns, and is gone
 * with the process. All are safe for use by many threads at once, readers never wait, and
 * each read sees one moment: what changes while it runs does not show in it.
 */
@NullMarked
package io.github.appendonly.memory;

import org.jspecify.annotations.NullMarked;
