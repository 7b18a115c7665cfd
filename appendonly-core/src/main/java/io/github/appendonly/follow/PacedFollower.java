package io.github.appendonly.follow;

import io.github.appendonly.Follower;

/**
 * A follower that sets the pace. It is asked before each call whether it wants more. If
 * it does not, it gets no calls, and nothing is read for it, until
 * {@link Tails#proceed(io.github.appendonly.Subscription)} is called for its
 * subscription.
 *
 * @param <T> the type of the items
 */
public interface PacedFollower<T> extends Follower<T> {

	/**
	 * Returns whether this follower takes the next call now.
	 * @return whether it wants more
	 */
	boolean wantsMore();

}
