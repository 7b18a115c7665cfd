package io.github.appendonly.subscriber;

import io.github.appendonly.Position;

/**
 * Is told what the subscribers of this node do, for meters and observations. Its methods
 * must neither fail nor take long.
 */
public interface SubscriberListener {

	/**
	 * A call of a handler. Exactly one of its methods is called, on the thread on which
	 * the call began.
	 */
	interface Call {

		/** A call that nobody is told of. */
		Call NONE = new Call() {
		};

		/**
		 * The handler has returned, and the cursor has moved.
		 */
		default void handled() {
		}

		/**
		 * The handler has failed, or its transaction, or the cursor could not be moved.
		 * @param failure the failure
		 */
		default void failed(Throwable failure) {
		}

	}

	/**
	 * The handler of a subscriber is about to be called, on this thread.
	 * @param stack the name of the stack
	 * @param id the name of the subscriber
	 * @param first the position of the first entry
	 * @param entries the number of entries
	 * @return is told of the outcome
	 */
	default Call calling(String stack, String id, Position first, int entries) {
		return Call.NONE;
	}

	/**
	 * A subscriber has stopped on this node, visibly for all nodes.
	 * @param stack the name of the stack
	 * @param id the name of the subscriber
	 * @param at the position of the entry that fails; the cursor if there is none
	 * @param cause why
	 */
	default void stopped(String stack, String id, Position at, String cause) {
	}

	/**
	 * An entry was parked.
	 * @param stack the name of the stack
	 * @param id the name of the subscriber
	 * @param position the position of the entry
	 */
	default void parked(String stack, String id, Position position) {
	}

}
