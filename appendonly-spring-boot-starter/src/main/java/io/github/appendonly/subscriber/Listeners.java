package io.github.appendonly.subscriber;

import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.Position;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the listeners what happens. A listener that fails disturbs nobody.
 */
final class Listeners {

	private static final Log logger = LogFactory.getLog(Listeners.class);

	private final List<SubscriberListener> all;

	Listeners(List<SubscriberListener> all) {
		this.all = List.copyOf(all);
	}

	SubscriberListener.Call calling(SubscriberDefinition<?> subscriber, Position first, int entries) {
		List<SubscriberListener.Call> calls = this.all.stream()
			.map((listener) -> begin(listener, subscriber, first, entries))
			.toList();
		return new SubscriberListener.Call() {

			@Override
			public void handled() {
				calls.forEach((call) -> safely(call, SubscriberListener.Call::handled));
			}

			@Override
			public void failed(Throwable failure) {
				calls.forEach((call) -> safely(call, (one) -> one.failed(failure)));
			}

		};
	}

	private static SubscriberListener.Call begin(SubscriberListener listener, SubscriberDefinition<?> subscriber,
			Position first, int entries) {
		try {
			return listener.calling(subscriber.stack(), subscriber.id(), first, entries);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener of subscribers has failed", ex);
			return SubscriberListener.Call.NONE;
		}
	}

	void stopped(SubscriberDefinition<?> subscriber, Position at, String cause) {
		logger.error("The " + subscriber + " has stopped at " + at + ": " + cause
				+ ". Mend the cause and call resume(\"" + subscriber.id() + "\") of Subscribers, or skip, or moveTo");
		this.all.forEach(
				(listener) -> safely(listener, (one) -> one.stopped(subscriber.stack(), subscriber.id(), at, cause)));
	}

	void parked(SubscriberDefinition<?> subscriber, Position position, String cause) {
		logger.warn("The " + subscriber + " has parked the entry " + position + " on stack '" + subscriber.parkedStack()
				+ "': " + cause);
		this.all.forEach(
				(listener) -> safely(listener, (one) -> one.parked(subscriber.stack(), subscriber.id(), position)));
	}

	private static <L> void safely(L listener, Consumer<L> event) {
		try {
			event.accept(listener);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener of subscribers has failed", ex);
		}
	}

}
