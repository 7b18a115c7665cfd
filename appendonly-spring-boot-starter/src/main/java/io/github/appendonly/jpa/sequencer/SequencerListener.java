package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Is notified of the progress of pushes, and of what happens to accumulators, for metrics
 * and monitoring. It cannot change anything. If a listener throws an exception, the
 * exception is logged and ignored.
 * <p>
 * All methods run on the threads that push or place, several at a time, and delay them.
 * So they must be fast and must not use the database.
 */
public interface SequencerListener {

	/**
	 * The way that a push takes.
	 */
	enum Way {

		/** Outside transactions: the push is committed together with other pushes. */
		GROUP_COMMIT,

		/** In a transaction: one row in the inbox, written just before the commit. */
		INBOX,

		/**
		 * Beside a transaction, or after its commit: one row in the inbox, committed at
		 * once.
		 */
		INDEPENDENT,

		/**
		 * In a transaction: the items are placed at once, under a lock on the stack's
		 * row.
		 */
		IN_TRANSACTION

	}

	/**
	 * The outcome of a push.
	 */
	enum Outcome {

		/**
		 * The push is done. A push in a transaction still depends on the commit of that
		 * transaction.
		 */
		SUCCESS,

		/** Nothing was stored. */
		FAILURE,

		/** The connection broke at the commit: the items may or may not be stored. */
		UNCERTAIN

	}

	/**
	 * A push that has ended. If several pushes of one transaction onto one stack go to
	 * the inbox together, they count as one push.
	 *
	 * @param stack the name of the stack
	 * @param way the way that the push took
	 * @param outcome the outcome of the push
	 * @param duration how long the caller, or the future, had to wait
	 */
	record Push(String stack, Way way, Outcome outcome, Duration duration) {
	}

	/**
	 * An append to an accumulator that has ended. If one transaction appends to one
	 * accumulator several times, that counts as one append.
	 *
	 * @param accumulator the name of the accumulator
	 * @param inTransaction whether the items belong to a transaction of the caller
	 * @param outcome the outcome; in a transaction, success still depends on the commit
	 * @param items the number of items
	 * @param duration how long the caller had to wait
	 */
	record Append(String accumulator, boolean inTransaction, Outcome outcome, int items, Duration duration) {
	}

	/**
	 * A batch that has ended.
	 *
	 * @param stack the name of the stack
	 * @param requests the number of pushes that the batch was asked to place, without
	 * those in the inbox
	 * @param items the number of items that the batch has placed
	 * @param inboxRows the number of transactions whose items the batch has taken from
	 * the inbox
	 * @param conflicts how often the batch was repeated because another transaction had
	 * changed the stack in between
	 * @param duration how long the batch took
	 * @param delays for each transaction of this node that the batch has taken from the
	 * inbox, the time since its commit
	 * @param failure the failure of the batch, if it has failed
	 */
	record Batch(String stack, int requests, int items, int inboxRows, int conflicts, Duration duration,
			List<Duration> delays, Optional<Throwable> failure) {
	}

	/**
	 * Returns the origin of a push, for example the trace that it belongs to. This method
	 * is called on the thread that pushes.
	 * @return any object, which {@link #begun} gets later; null for none
	 */
	default @Nullable Object origin() {
		return null;
	}

	/**
	 * A push has ended.
	 * @param push the push
	 */
	default void pushed(Push push) {
	}

	/**
	 * An append to an accumulator has ended.
	 * @param append the append
	 */
	default void appended(Append append) {
	}

	/**
	 * Items were taken out of an accumulator. If that was in a transaction of the caller,
	 * it still depends on the commit.
	 * @param accumulator the name of the accumulator
	 * @param items the number of items
	 */
	default void consumed(String accumulator, int items) {
	}

	/**
	 * A batch begins, on the calling thread. That may be the thread of any caller that
	 * pushes.
	 * @param stack the name of the stack
	 * @param origins the origins of the pushes, as far as they are known
	 * @return an action that is called when the batch has ended, on the same thread
	 */
	default Consumer<Batch> begun(String stack, List<Object> origins) {
		return (batch) -> {
		};
	}

	/**
	 * Layers were pruned, and the pruning is committed.
	 * @param stack the name of the stack
	 * @param layers the number of layers
	 * @param archived the number of these layers that went to the archive
	 */
	default void pruned(String stack, int layers, int archived) {
	}

	/**
	 * Layers were removed because of their age or size, and the removal is committed.
	 * They went neither to a pruner nor to the archive.
	 * @param stack the name of the stack
	 * @param layers the number of layers that were removed from the stack
	 * @param archivedLayers the number of layers that were removed from the archive
	 * @param items the number of items in all of these layers
	 */
	default void expired(String stack, int layers, int archivedLayers, long items) {
	}

	/**
	 * The items in an inbox could not be placed. The next push or read tries again.
	 * @param stack the name of the stack
	 * @param cause the reason
	 */
	default void notPlaced(String stack, Throwable cause) {
	}

	/**
	 * Rows of an inbox cannot be placed, because they are not as they should be, and were
	 * set aside. Other rows are placed. It is also called when the application starts,
	 * for each stack with such rows.
	 * @param stack the name of the stack
	 * @param firstId the id that the first of them had in the inbox
	 * @param reason why that one cannot be placed
	 */
	default void setAside(String stack, long firstId, String reason) {
	}

	/**
	 * A read outside transactions has waited for the items in an inbox as long as reads
	 * may wait. It goes on with what is placed.
	 * @param stack the name of the stack
	 */
	default void readTimedOut(String stack) {
	}

	/**
	 * The items in an inbox were placed, but layers stay beyond the bounds because the
	 * pruner has failed. The next push calls the pruner again.
	 * @param stack the name of the stack
	 * @param cause the reason
	 */
	default void notPruned(String stack, Throwable cause) {
	}

}
