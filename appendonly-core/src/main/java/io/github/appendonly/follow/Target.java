package io.github.appendonly.follow;

import io.github.appendonly.Follower;

/**
 * Who is at the end of a tail.
 *
 * @param <T> the type of the items
 */
interface Target<T> {

	/**
	 * Takes the entries.
	 */
	Follower<? super T> follower();

	/**
	 * Returns whether another entry is wanted now. If not, the tail stops until it is
	 * {@linkplain Tail#proceed() told to proceed}.
	 */
	boolean wantsMore();

	/**
	 * Is told that the subscription has ended. No call of the follower is under way.
	 * @return whether it has handled the failure, if there is one
	 */
	boolean ended(Ending ending);

}
