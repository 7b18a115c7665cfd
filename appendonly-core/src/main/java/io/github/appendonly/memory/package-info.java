/**
 * The structures on the heap, for tests and caches. Each holds an immutable state behind
 * one reference and changes it by compare-and-set.
 * <p>
 * They have no transactions: a change takes effect when its method returns, and is lost
 * with the process. All of them may be used by many threads at once, and a reader never
 * waits. A read sees one moment: changes made during the read do not appear in it.
 */
@NullMarked
package io.github.appendonly.memory;

import org.jspecify.annotations.NullMarked;
