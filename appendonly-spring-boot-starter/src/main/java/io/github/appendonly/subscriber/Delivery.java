package io.github.appendonly.subscriber;

import java.util.List;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import org.jspecify.annotations.Nullable;

/**
 * The call of a handler with a step, and what came of it.
 *
 * @param <T> the type of the items
 */
final class Delivery<T> {

	private final SubscriberDefinition<T> definition;

	private final Changes<T> step;

	private final Listeners listeners;

	private Position handled;

	private int index = -1;

	private @Nullable Throwable failure;

	private SubscriberListener.Call call = SubscriberListener.Call.NONE;

	Delivery(SubscriberDefinition<T> definition, Changes<T> step, Listeners listeners) {
		this.definition = definition;
		this.step = step;
		this.listeners = listeners;
		this.handled = step.cursor();
	}

	/**
	 * Calls the handler. If it takes one entry at a time, it is called until somebody
	 * wants it to end.
	 * @throws HandlerException if it fails
	 */
	void call(Stopping stopping) {
		List<Entry<T>> entries = this.step.entries();
		Position first = entries.isEmpty() ? this.step.cursor() : entries.get(0).position();
		this.call = this.listeners.calling(this.definition, first, entries.size());
		try {
			if (this.definition.isOneByOne()) {
				callOneByOne(entries, stopping);
			}
			else {
				this.definition.handler().handle(this.step);
			}
		}
		catch (Throwable ex) {
			this.failure = ex;
			throw new HandlerException(ex);
		}
	}

	private void callOneByOne(List<Entry<T>> entries, Stopping stopping) throws Exception {
		for (int i = 0; i < entries.size(); i++) {
			if (i > 0 && stopping.isRequested()) {
				this.handled = entries.get(i - 1).position();
				return;
			}
			this.index = i;
			this.definition.handler().handle(SubscriberDefinition.only(entries.get(i)));
		}
	}

	/**
	 * The cursor has moved.
	 */
	void succeeded() {
		this.call.handled();
	}

	/**
	 * Something has failed, possibly not the handler.
	 */
	void failed(Throwable failure) {
		this.call.failed((this.failure != null) ? this.failure : failure);
	}

	/**
	 * Returns the last position that was handled.
	 */
	Position handled() {
		return this.handled;
	}

	/**
	 * Returns the failure of the handler, if it has failed.
	 */
	@Nullable Throwable failure() {
		return this.failure;
	}

	/**
	 * Returns how many entries come before the one that has failed; negative if nobody
	 * knows which one of several it is.
	 */
	int handledBeforeFailure() {
		if (this.step.entries().size() <= 1) {
			return 0;
		}
		return (this.failure != null) ? this.index : -1;
	}

	Changes<T> step() {
		return this.step;
	}

	/**
	 * Wraps the failure of a handler on its way through a transaction.
	 */
	static final class HandlerException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		HandlerException(Throwable cause) {
			super(cause);
		}

	}

}
