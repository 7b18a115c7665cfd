package io.github.appendonly.memory;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.github.appendonly.Accumulator;
import io.github.appendonly.internal.Keys;
import io.github.appendonly.internal.Limits;
import io.github.appendonly.state.AccumulatorState;

/**
 * An accumulator on the heap. No caller ever waits, except that appends with a key come
 * one after the other. Consumed items never return. Keys are remembered for
 * {@link #KEY_RETENTION}. They are no part of the state.
 * <p>
 * Each append copies the list of waiting items. The accumulator is therefore meant for
 * items that are consumed from time to time, not for long queues.
 *
 * @param <T> the type of the items
 */
public final class InMemoryAccumulator<T> implements Accumulator<T> {

	private final AtomicReference<AccumulatorState<T>> current;

	/** When each key was appended, oldest first. Guarded by itself. */
	private final Map<String, Long> keys = new LinkedHashMap<>();

	private final LongSupplier nanoTime;

	/**
	 * Creates an empty accumulator.
	 */
	public InMemoryAccumulator() {
		this(AccumulatorState.empty());
	}

	/**
	 * Creates an accumulator with items.
	 * @param items the items, oldest first; they are copied
	 */
	public InMemoryAccumulator(Collection<? extends T> items) {
		this(new AccumulatorState<>(List.copyOf(items)));
	}

	/**
	 * Creates an accumulator that continues from a state.
	 * @param state the state
	 */
	public InMemoryAccumulator(AccumulatorState<T> state) {
		this(state, System::nanoTime);
	}

	InMemoryAccumulator(AccumulatorState<T> state, LongSupplier nanoTime) {
		this.current = new AtomicReference<>(Objects.requireNonNull(state, "state"));
		this.nanoTime = nanoTime;
	}

	/**
	 * Returns the current state.
	 * @return the state
	 */
	public AccumulatorState<T> state() {
		return this.current.get();
	}

	@Override
	public void append(T item) {
		extend(List.of(item));
	}

	@Override
	public boolean append(T item, String key) {
		Keys.require(key);
		List<T> added = List.of(item);
		synchronized (this.keys) {
			long now = this.nanoTime.getAsLong();
			Iterator<Long> oldest = this.keys.values().iterator();
			while (oldest.hasNext() && now - oldest.next() > KEY_RETENTION.toNanos()) {
				oldest.remove();
			}
			if (this.keys.putIfAbsent(key, now) != null) {
				return false;
			}
			extend(added);
			return true;
		}
	}

	@Override
	public void extend(Collection<? extends T> items) {
		List<T> added = List.copyOf(items);
		if (!added.isEmpty()) {
			this.current.updateAndGet((state) -> state.extend(added));
		}
	}

	@Override
	public List<T> consume() {
		return this.current.getAndSet(AccumulatorState.empty()).items();
	}

	@Override
	public List<T> consume(int limit) {
		Limits.requireAtLeastOne("limit", limit);
		AccumulatorState<T> before = this.current.getAndUpdate((state) -> state.without(taken(state, limit)));
		return before.items().subList(0, taken(before, limit));
	}

	private static int taken(AccumulatorState<?> state, int limit) {
		return Math.min(limit, state.items().size());
	}

	@Override
	public long removeIf(Predicate<? super T> condition) {
		AccumulatorState<T> before = state();
		AccumulatorState<T> after = before.removeIf(condition);
		while (!this.current.compareAndSet(before, after)) {
			before = state();
			after = before.removeIf(condition);
		}
		return (long) before.items().size() - after.items().size();
	}

	@Override
	public Iterator<T> iterator() {
		return state().items().iterator();
	}

	@Override
	public long size() {
		return state().items().size();
	}

}
