/**
 * Wakes followers and reads for them. {@link io.github.appendonly.follow.Tails} is the
 * engine of the structures on the heap and in the database.
 * <p>
 * A follower that has nothing to do waits at a {@code Place}: a position of something
 * that is read. It costs no thread there. A wake reads once per place, for all that wait
 * there. What was read is a {@code Step}, which each {@code Tail} hands to its follower
 * at its own pace.
 */
@NullMarked
package io.github.appendonly.follow;

import org.jspecify.annotations.NullMarked;
