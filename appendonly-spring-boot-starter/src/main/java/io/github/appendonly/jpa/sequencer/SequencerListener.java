package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Told of what becomes of pushes: for measuring and watching. It cannot change anything:
 * a listener that throws is ignored, and the failure is logged.
 * <p>
 * All methods run on the threads that push or place, several at a time, and hold them up;
 * so they are quick and never touch the database.
 */
public interface SequencerListener {

	/**
	 * The way that a push takes.
	 */
	enum Way {

		/** Outside of transactions: committed together with others. */
		GROUP_COMMIT,

		/** In a transaction: one row in the inbox, written when that commits. */
		INBOX,

		/** In a transaction: placed at once, under a lock on the stack. */
		IN_TRANSACTION

	}

	/**
	 * How a push ended.
	 */
	enum Outcome {

		/**
		 * What was to be done is done. Pushes in transactions still depend on the commit.
		 */
		SUCCESS,

		/** Nothing has happened. */
		FAILURE,

		/** The connection broke at the commit: the items may be stored or not. */
		UNCERTAIN

	}

	/**
	 * A push that has ended. Those of one transaction onto one stack that go to the inbox
	 * together are one.
	 *
	 * @param stack the name of the stack
	 * @param way the way that it took
	 * @param outcome how it ended
	 * @param duration how long the caller, or the future, had to wait
	 */
	record Push(String stack, Way way, Outcome outcome, Duration duration) {
	}

	/**
	 * A batch that has ended.
	 *
	 * @param stack the name of the stack
	 * @param requests the number of pushes that it was asked to place, those in the inbox
	 * not included
	 * @param items the number of items that it has placed
	 * @param inboxRows the number of transactions whose items it has taken from the inbox
	 * @param conflicts how often it was repeated because somebody else had changed the
	 * stack in between
	 * @param duration how long it took
	 * @param delays how long what it has taken from the inbox had waited since the
	 * commit, for each transaction of this JVM
	 * @param failure why it has failed, if it has; nothing is placed then
	 */
	record Batch(String stack, int requests, int items, int inboxRows, int conflicts, Duration duration,
			List<Duration> delays, Optional<Throwable> failure) {
	}

	/**
	 * What is to be known later of where a push comes from: the trace that it belongs to,
	 * say. Asked on the thread that pushes.
	 * @return anything that {@link #begun} gets again; null for nothing
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
	 * A batch begins, on this thread, which may be that of any of those who push.
	 * @param stack the name of the stack
	 * @param origins where the pushes come from, as far as that is known
	 * @return told when the batch has ended, on the same thread
	 */
	default Consumer<Batch> begun(String stack, List<Object> origins) {
		return (batch) -> {
		};
	}

	/**
	 * Layers were pruned, and that is committed.
	 * @param stack the name of the stack
	 * @param layers the number of layers
	 * @param archived the number of those that went to the archive
	 */
	default void pruned(String stack, int layers, int archived) {
	}

	/**
	 * What waits in an inbox could not be placed. It is tried again with the next push or
	 * read.
	 * @param stack the name of the stack
	 * @param cause why not
	 */
	default void notPlaced(String stack, Throwable cause) {
	}

	/**
	 * What waited in an inbox is placed, but layers stay beyond the bounds since the
	 * pruner has failed. It is called again with the next push.
	 * @param stack the name of the stack
	 * @param cause why not
	 */
	default void notPruned(String stack, Throwable cause) {
	}

}
