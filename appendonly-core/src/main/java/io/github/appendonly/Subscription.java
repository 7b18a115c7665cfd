package io.github.appendonly;

import java.util.concurrent.CompletionStage;

/**
 * A follower at work. It goes on until it is closed, fails, or the application stops.
 * <p>
 * All methods may be called by many threads at once, and by the follower itself.
 */
public interface Subscription extends AutoCloseable {

	/**
	 * Returns the position up to which everything was handed over. A later subscription
	 * {@linkplain StartAt#after(Position) after} it misses nothing.
	 * @return the position; where nothing was handed over yet, it is the one after which
	 * the subscription began, and {@link Position#START} if that was the oldest entry
	 */
	Position cursor();

	/**
	 * Returns whether the subscription goes on.
	 * @return false once it was closed, has failed, or the application stops
	 */
	boolean isActive();

	/**
	 * Tells when the subscription has ended, and why. No call of the follower is under
	 * way then. A failure that nobody asks for in this way is logged.
	 * @return completes normally if the subscription was closed or the application stops,
	 * and exceptionally with the cause if it has failed
	 */
	CompletionStage<Void> ended();

	/**
	 * Ends the subscription. No call begins afterwards. A call that has begun goes on,
	 * and is not waited for; {@link #ended()} tells when it is over. Closing twice does
	 * nothing.
	 */
	@Override
	void close();

}
