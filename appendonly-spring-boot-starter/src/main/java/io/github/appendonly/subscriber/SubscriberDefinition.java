package io.github.appendonly.subscriber;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.table.SubscriberHead;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * Defines a durable subscriber: which stack it follows, what is called with its entries,
 * and what happens if that fails. <pre class="code">
 * subscribers.register(SubscriberDefinition.of("orders", "warehouse", Order.class)
 *     .batchSize(50)
 *     .forEachEntry((entry) -&gt; ship(entry.item())));
 * </pre>
 * <p>
 * If the stack is archived, the subscriber also gets entries that have been pruned, from
 * the archive.
 *
 * @param <T> the type of the items
 */
public final class SubscriberDefinition<T> {

	/** The number of entries that are handled at a time, at most. */
	public static final int DEFAULT_BATCH_SIZE = 100;

	/** How often an entry is tried. */
	public static final int DEFAULT_MAX_ATTEMPTS = 10;

	/** The pause after the first failure of an entry. */
	public static final Duration DEFAULT_BACK_OFF = Duration.ofSeconds(1);

	/** The longest pause after a failure. */
	public static final Duration DEFAULT_MAX_BACK_OFF = Duration.ofMinutes(1);

	/** The maximum number of characters of an id. */
	public static final int ID_LENGTH = 100;

	/**
	 * Handles entries.
	 *
	 * @param <A> what it takes
	 */
	@FunctionalInterface
	public interface Handler<A> {

		/**
		 * Handles entries.
		 * @param argument an entry, a list of entries, or a step
		 * @throws Exception if it fails; nothing of it then counts as handled
		 */
		void handle(A argument) throws Exception;

	}

	/**
	 * What happens when an entry has failed as often as it may.
	 */
	public enum OnFailure {

		/**
		 * The subscriber stops at that entry.
		 */
		STOP,

		/**
		 * The entry is pushed onto the stack {@code <stack>.<id>.parked}, with its
		 * position and the cause, and the subscriber goes on with the next one.
		 */
		PARK

	}

	/**
	 * What happens when entries have been pruned that the subscriber has not handled.
	 */
	public enum OnExpired {

		/**
		 * The subscriber stops.
		 */
		STOP,

		/**
		 * The subscriber goes on with the oldest entry that is kept.
		 */
		CONTINUE

	}

	private final Builder<T> settings;

	private final Handler<Changes<T>> handler;

	private final boolean oneByOne;

	private SubscriberDefinition(Builder<T> settings, Handler<Changes<T>> handler, boolean oneByOne) {
		this.settings = new Builder<>(settings);
		this.handler = handler;
		this.oneByOne = oneByOne;
	}

	/**
	 * Begins a definition.
	 * @param <T> the type of the items
	 * @param stack the name of the stack
	 * @param id the name of the subscriber, at most {@value #ID_LENGTH} letters, digits,
	 * dots, hyphens, underscores and colons; an application has one subscriber of an id,
	 * and all nodes that use the same stack and id share one cursor
	 * @param type the type of the items
	 * @return the settings, which have default values
	 * @throws IllegalArgumentException if the id is not valid
	 */
	public static <T> Builder<T> of(String stack, String id, Class<T> type) {
		return new Builder<>(stack, id, type);
	}

	/**
	 * Begins a definition for items of a generic type.
	 * @param <T> the type of the items
	 * @param stack the name of the stack
	 * @param id the name of the subscriber
	 * @param type the type of the items
	 * @return the settings, which have default values
	 * @throws IllegalArgumentException if the id is not valid
	 */
	public static <T> Builder<T> of(String stack, String id, ParameterizedTypeReference<T> type) {
		return new Builder<>(stack, id, type.getType());
	}

	/**
	 * Begins a definition for items of any type that the codec supports.
	 * @param <T> the type of the items; not checked against {@code type}
	 * @param stack the name of the stack
	 * @param id the name of the subscriber
	 * @param type the type of the items
	 * @return the settings, which have default values
	 * @throws IllegalArgumentException if the id is not valid
	 */
	public static <T> Builder<T> of(String stack, String id, Type type) {
		return new Builder<>(stack, id, type);
	}

	/**
	 * Returns the name of the stack.
	 */
	public String stack() {
		return this.settings.stack;
	}

	/**
	 * Returns the name of the subscriber.
	 */
	public String id() {
		return this.settings.id;
	}

	/**
	 * Returns the type of the items.
	 */
	public Type type() {
		return this.settings.type;
	}

	/**
	 * Returns where the subscriber begins when it has no row yet.
	 */
	public StartAt startAt() {
		return this.settings.startAt;
	}

	/**
	 * Returns the maximum number of entries that are handled at a time.
	 */
	public int batchSize() {
		return this.settings.batchSize;
	}

	/**
	 * Returns whether the handler runs in the transaction that moves the cursor.
	 */
	public boolean isTransactional() {
		return this.settings.transactional;
	}

	/**
	 * Returns how often an entry is tried.
	 */
	public int maxAttempts() {
		return this.settings.maxAttempts;
	}

	/**
	 * Returns the pause after the first failure of an entry.
	 */
	public Duration backOff() {
		return this.settings.backOff;
	}

	/**
	 * Returns the longest pause after a failure.
	 */
	public Duration maxBackOff() {
		return this.settings.maxBackOff;
	}

	/**
	 * Returns how long a node that works outside of transactions is taken to live without
	 * a sign.
	 * @return the time; nothing if that is the application's
	 */
	public Optional<Duration> lease() {
		return Optional.ofNullable(this.settings.lease);
	}

	/**
	 * Returns what happens when an entry has failed as often as it may.
	 */
	public OnFailure onFailure() {
		return this.settings.onFailure;
	}

	/**
	 * Returns what happens when entries have been pruned that the subscriber has not
	 * handled.
	 */
	public OnExpired onExpired() {
		return this.settings.onExpired;
	}

	/**
	 * Returns the name of the stack of parked entries.
	 */
	public String parkedStack() {
		return SubscriberHead.parkedStack(stack(), id());
	}

	/**
	 * Returns the same subscriber with other settings.
	 * @param changes changes the settings
	 * @return a subscriber with the same stack, id and handler
	 */
	public SubscriberDefinition<T> with(Consumer<Builder<T>> changes) {
		Builder<T> changed = new Builder<>(this.settings);
		changes.accept(changed);
		return new SubscriberDefinition<>(changed, this.handler, this.oneByOne);
	}

	/**
	 * Returns what is called with each step.
	 */
	Handler<Changes<T>> handler() {
		return this.handler;
	}

	/**
	 * Returns whether each step has one entry, or one that is gone.
	 */
	boolean isOneByOne() {
		return this.oneByOne;
	}

	@Override
	public String toString() {
		return "subscriber '" + id() + "' of stack '" + stack() + "'";
	}

	/**
	 * The settings of a subscriber. The last call gives the handler, and returns the
	 * definition.
	 *
	 * @param <T> the type of the items
	 */
	public static final class Builder<T> {

		private final String stack;

		private final String id;

		private final Type type;

		private StartAt startAt = StartAt.oldest();

		private int batchSize = DEFAULT_BATCH_SIZE;

		private boolean transactional = true;

		private int maxAttempts = DEFAULT_MAX_ATTEMPTS;

		private Duration backOff = DEFAULT_BACK_OFF;

		private Duration maxBackOff = DEFAULT_MAX_BACK_OFF;

		private @Nullable Duration lease;

		private OnFailure onFailure = OnFailure.STOP;

		private OnExpired onExpired = OnExpired.STOP;

		Builder(String stack, String id, Type type) {
			this.stack = Objects.requireNonNull(stack, "stack");
			this.id = SubscriberNames.requireId(id);
			this.type = Objects.requireNonNull(type, "type");
		}

		Builder(Builder<T> other) {
			this(other.stack, other.id, other.type);
			this.startAt = other.startAt;
			this.batchSize = other.batchSize;
			this.transactional = other.transactional;
			this.maxAttempts = other.maxAttempts;
			this.backOff = other.backOff;
			this.maxBackOff = other.maxBackOff;
			this.lease = other.lease;
			this.onFailure = other.onFailure;
			this.onExpired = other.onExpired;
		}

		/**
		 * Sets where the subscriber begins when it has no row yet. Later it goes on where
		 * it was, whatever is set here. By default, it begins with the oldest entry that
		 * is kept.
		 */
		public Builder<T> startAt(StartAt startAt) {
			this.startAt = Objects.requireNonNull(startAt, "startAt");
			return this;
		}

		/**
		 * Sets the maximum number of entries that are handled at a time. In a
		 * transaction, they are committed together.
		 * @param batchSize the number, at least 1
		 */
		public Builder<T> batchSize(int batchSize) {
			this.batchSize = requireAtLeastOne("batchSize", batchSize);
			return this;
		}

		/**
		 * Sets whether the handler runs in the transaction that moves the cursor, as it
		 * does by default. Then its effects in the same database happen exactly once.
		 * Otherwise it runs outside of transactions and holds no connection; each entry
		 * is handled at least once, and in order, for example to send mails.
		 */
		public Builder<T> transactional(boolean transactional) {
			this.transactional = transactional;
			return this;
		}

		/**
		 * Sets how often an entry is tried.
		 * @param maxAttempts the number, at least 1
		 */
		public Builder<T> maxAttempts(int maxAttempts) {
			this.maxAttempts = requireAtLeastOne("maxAttempts", maxAttempts);
			return this;
		}

		/**
		 * Sets the pauses after failures of an entry. Each is twice as long as the one
		 * before, and up to a fifth of it is left out by chance.
		 * @param first the first pause, at least 1 ms
		 * @param longest the longest pause, at least as long
		 */
		public Builder<T> backOff(Duration first, Duration longest) {
			if (first.toMillis() < 1 || longest.compareTo(first) < 0) {
				throw new IllegalArgumentException(
						"backOff must be at least 1 ms and not above its maximum, but is " + first + " and " + longest);
			}
			this.backOff = first;
			this.maxBackOff = longest;
			return this;
		}

		/**
		 * Sets how long a node that works outside of transactions is taken to live
		 * without a sign. Another node takes over after that. By default, it is the
		 * application's.
		 * @param lease the time, at least twice as long as the time between two signs
		 */
		public Builder<T> lease(Duration lease) {
			this.lease = Objects.requireNonNull(lease, "lease");
			return this;
		}

		/**
		 * Sets what happens when an entry has failed as often as it may.
		 */
		public Builder<T> onFailure(OnFailure onFailure) {
			this.onFailure = Objects.requireNonNull(onFailure, "onFailure");
			return this;
		}

		/**
		 * Sets what happens when entries have been pruned that the subscriber has not
		 * handled.
		 */
		public Builder<T> onExpired(OnExpired onExpired) {
			this.onExpired = Objects.requireNonNull(onExpired, "onExpired");
			return this;
		}

		/**
		 * Defines a subscriber that handles one entry at a time. If one of a batch fails,
		 * it is known which one.
		 * @param handler handles an entry
		 */
		public SubscriberDefinition<T> forEachEntry(Handler<? super Entry<T>> handler) {
			Objects.requireNonNull(handler, "handler");
			return new SubscriberDefinition<>(this, (step) -> {
				for (Entry<T> entry : step.entries()) {
					handler.handle(entry);
				}
			}, true);
		}

		/**
		 * Defines a subscriber that handles batches of entries. If a batch fails, halves
		 * of it are tried, down to the entry that fails.
		 * @param handler handles the entries of a batch, oldest first, at least one
		 */
		public SubscriberDefinition<T> forEachBatch(Handler<? super List<Entry<T>>> handler) {
			Objects.requireNonNull(handler, "handler");
			return new SubscriberDefinition<>(this, (step) -> {
				if (!step.entries().isEmpty()) {
					handler.handle(step.entries());
				}
			}, false);
		}

		/**
		 * Defines a subscriber that handles steps: entries, and positions whose items are
		 * {@linkplain Changes#gone() gone}.
		 * @param handler handles a step, which is never empty
		 */
		public SubscriberDefinition<T> forEachStep(Handler<? super Changes<T>> handler) {
			Objects.requireNonNull(handler, "handler");
			return new SubscriberDefinition<>(this, handler::handle, false);
		}

		private static int requireAtLeastOne(String setting, int value) {
			if (value < 1) {
				throw new IllegalArgumentException(setting + " must be at least 1, but is " + value);
			}
			return value;
		}

	}

	/**
	 * Returns a step with one entry only.
	 */
	static <T> Changes<T> only(Entry<T> entry) {
		Position position = entry.position();
		return new Changes<>(List.of(entry), position, false, false);
	}

}
