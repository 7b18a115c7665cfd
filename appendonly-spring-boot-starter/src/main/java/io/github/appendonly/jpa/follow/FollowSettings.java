package io.github.appendonly.jpa.follow;

import java.time.Duration;
import java.util.Optional;

import io.github.appendonly.follow.TailThreads;
import io.github.appendonly.jpa.transaction.ConnectionSource;
import io.github.appendonly.jpa.transaction.DelayingExecutor;

/**
 * How stacks are followed.
 *
 * @param threads reads for followers, and calls them; a read takes one connection
 * @param watching runs what looks for changes; each of its tasks takes one connection for
 * a moment
 * @param sending notifies other nodes; each of its tasks takes one connection for a
 * moment, and must not delay those of {@code watching}
 * @param shortestInterval the time between two looks at a stack that changes
 * @param longestInterval the time between two looks at a stack that does not
 * @param notifying makes the connection on which notifications of other nodes arrive;
 * empty if nodes do not notify each other
 */
public record FollowSettings(TailThreads threads, DelayingExecutor watching, DelayingExecutor sending,
		Duration shortestInterval, Duration longestInterval, Optional<ConnectionSource> notifying) {
}
