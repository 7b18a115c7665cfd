package io.github.appendonly.follow;

/**
 * Is told which keys have followers, so that somebody looks for what is new there.
 * <p>
 * The calls never overlap. They run under a lock that following and closing take, but
 * waking does not. So they must not wait, follow, or close.
 *
 * @param <K> the type of the keys
 */
public interface Interest<K> {

	/**
	 * A key gets its first follower. Nothing was read for it yet. Whatever becomes
	 * visible after this call must wake the key. If this fails, so does the follower.
	 * @param key the key
	 */
	void gained(K key);

	/**
	 * A key has lost its last follower. This must not fail.
	 * @param key the key
	 */
	void lost(K key);

	/**
	 * Returns an interest that does nothing, where every change wakes its key anyway.
	 * @param <K> the type of the keys
	 * @return the interest
	 */
	static <K> Interest<K> none() {
		return new Interest<>() {

			@Override
			public void gained(K key) {
			}

			@Override
			public void lost(K key) {
			}

		};
	}

}
