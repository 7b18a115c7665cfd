package io.github.appendonly;

import java.util.concurrent.Flow;

/**
 * Can be followed: catches up from any position, and goes on live. Each entry is handed
 * over exactly once per subscription, in the order of the positions.
 * <p>
 * A subscription takes no thread and no connection while there is nothing new. If the
 * store fails for a while, the subscription waits and reads again.
 *
 * @param <T> the type of the items
 */
public interface Followable<T> {

	/**
	 * Hands entries to a follower, on other threads, from now until the subscription
	 * ends. Calls may begin before this method returns.
	 * <p>
	 * For {@link StartAt#newest()} this method reads where the end is, and fails as a
	 * read does. In a transaction, it is the end that the transaction sees, so the
	 * transaction must not have pushed onto the stack.
	 * @param start where the follower begins
	 * @param follower takes the entries
	 * @return the subscription
	 * @throws IllegalStateException if the application is stopping, or if the start is
	 * the newest entry and the caller's transaction has pushed onto the stack
	 */
	Subscription follow(StartAt start, Follower<? super T> follower);

	/**
	 * Returns a publisher of the entries, whose subscribers set the pace: entries are
	 * read when a subscriber asks for them. Each subscriber begins at the start anew. It
	 * is not told of items that are {@link Gone gone}.
	 * <p>
	 * A subscriber gets {@code onError} with a {@link CursorExpiredException}, a
	 * {@link CursorAheadException}, or the failure of a read. It gets {@code onComplete}
	 * when the application stops.
	 * @param start where each subscriber begins; for {@link StartAt#newest()}, the
	 * subscribing thread reads where the end is
	 * @return the publisher
	 */
	Flow.Publisher<Entry<T>> publisher(StartAt start);

}
