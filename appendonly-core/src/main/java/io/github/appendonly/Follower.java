package io.github.appendonly;

/**
 * Is handed the entries of a structure, one after the other, in the order of their
 * positions.
 * <p>
 * The calls for one subscription never overlap, and each sees what the calls before it
 * have done. They come on threads that all followers share, so a follower should not
 * block them for long. A slow follower is not queued for. It lags, and reads on from
 * where it stands.
 * <p>
 * An exception that a call throws ends the subscription. The cursor of the subscription
 * then lies before the entry of that call.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface Follower<T> {

	/**
	 * Takes the next entry.
	 * @param entry the entry
	 * @throws Exception to end the subscription
	 */
	void onEntry(Entry<T> entry) throws Exception;

	/**
	 * Is told that the item at the next position is gone. By default, nothing happens.
	 * @param gone the position, and what is known of its item
	 * @throws Exception to end the subscription
	 */
	default void onGone(Gone gone) throws Exception {
	}

	/**
	 * Is told that the cursor has expired: entries after it are no longer kept, and will
	 * never be handed over. If this method returns, the subscription goes on with the
	 * oldest entry that is kept. By default, the subscription ends with the exception.
	 * @param expired the cursor, and what to do
	 * @throws Exception to end the subscription
	 */
	default void onExpired(CursorExpiredException expired) throws Exception {
		throw expired;
	}

	/**
	 * Is told that the cursor lies ahead of the newest entry. The subscription ends in
	 * any case: normally if this method returns. By default, it ends with the exception.
	 * @param ahead the cursor, and what to do
	 * @throws Exception to end the subscription with another exception
	 */
	default void onAhead(CursorAheadException ahead) throws Exception {
		throw ahead;
	}

	/**
	 * Is told that everything up to now has been handed over: at first, and again after
	 * entries have followed. By default, nothing happens.
	 * @param cursor the cursor of the subscription
	 * @throws Exception to end the subscription
	 */
	default void onCaughtUp(Position cursor) throws Exception {
	}

}
