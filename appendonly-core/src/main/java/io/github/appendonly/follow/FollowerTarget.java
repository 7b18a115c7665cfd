package io.github.appendonly.follow;

import java.util.Objects;

import io.github.appendonly.Follower;

/**
 * A follower, which takes what comes, or sets the pace.
 *
 * @param <T> the type of the items
 * @param follower the follower
 */
record FollowerTarget<T>(Follower<? super T> follower) implements Target<T> {

	FollowerTarget {
		Objects.requireNonNull(follower, "follower");
	}

	@Override
	public boolean wantsMore() {
		return !(this.follower instanceof PacedFollower<?> paced) || paced.wantsMore();
	}

	@Override
	public boolean ended(Ending ending) {
		return false;
	}

}
