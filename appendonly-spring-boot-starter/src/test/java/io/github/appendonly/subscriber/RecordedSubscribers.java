package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.appendonly.Changes;
import io.github.appendonly.StartAt;

/**
 * Remembers what is registered, and runs nothing.
 */
public final class RecordedSubscribers implements Subscribers {

	private final Map<String, SubscriberDefinition<?>> definitions = new ConcurrentSkipListMap<>();

	private final List<String> awaited = new CopyOnWriteArrayList<>();

	/**
	 * The ids of subscribers whose end was waited for.
	 */
	public List<String> awaited() {
		return this.awaited;
	}

	public Map<String, SubscriberDefinition<?>> definitions() {
		return this.definitions;
	}

	public SubscriberDefinition<?> definition(String id) {
		return Objects.requireNonNull(this.definitions.get(id), id);
	}

	/**
	 * Hands a step to the handler of a subscriber.
	 */
	@SuppressWarnings("unchecked") // as the test says
	public <T> void hand(String id, Changes<T> step) throws Exception {
		SubscriberDefinition<T> definition = (SubscriberDefinition<T>) Objects.requireNonNull(this.definitions.get(id),
				id);
		definition.handler().handle(step);
	}

	@Override
	public Registration register(SubscriberDefinition<?> definition) {
		if (this.definitions.putIfAbsent(definition.id(), definition) != null) {
			throw new IllegalStateException("There is a " + definition + " already");
		}
		return new Registration() {

			@Override
			public void close() {
				RecordedSubscribers.this.definitions.remove(definition.id());
			}

			@Override
			public boolean close(Duration limit) {
				close();
				RecordedSubscribers.this.awaited.add(definition.id());
				return true;
			}

		};
	}

	@Override
	public List<SubscriberStatus> status() {
		return List.of();
	}

	@Override
	public Optional<SubscriberStatus> status(String id) {
		return Optional.empty();
	}

	@Override
	public void awaitCaughtUp(String id, Duration limit) {
	}

	@Override
	public void pause(String id) {
	}

	@Override
	public void resume(String id) {
	}

	@Override
	public void skip(String id) {
	}

	@Override
	public void moveTo(String id, StartAt start) {
	}

	@Override
	public long replayParked(String id) {
		return 0;
	}

	@Override
	public int remove(String id) {
		return 0;
	}

}
