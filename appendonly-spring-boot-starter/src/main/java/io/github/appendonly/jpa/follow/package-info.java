/**
 * Following in the database: {@code Watcher} finds out which followed stacks may have
 * something new, and wakes who follows them. What this node has placed wakes at once.
 * What other nodes have placed is found by looking at the versions of the stacks' rows,
 * as often as {@code Schedule} says.
 */
@NullMarked
package io.github.appendonly.jpa.follow;

import org.jspecify.annotations.NullMarked;
