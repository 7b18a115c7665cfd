package io.github.appendonly.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Followable;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.Pruner;
import io.github.appendonly.Pushed;
import io.github.appendonly.Pushes;
import io.github.appendonly.StackBounds;
import io.github.appendonly.internal.Keys;
import io.github.appendonly.state.AppendStackState;
import io.github.appendonly.state.AppendStackState.Outcome;
import io.github.appendonly.state.ExpiryMark;
import org.jspecify.annotations.Nullable;

/**
 * A stack on the heap. When a push returns, its items are visible, and stay so until they
 * are pruned.
 * <p>
 * Pushes that prune nothing never wait for each other. A push that prunes makes the other
 * pushes wait until its pruner is done. Reads never wait.
 * <p>
 * The pruner runs on the thread of the push that prunes, before any other thread can see
 * a change. It sees the stack as it was before that push.
 * <ul>
 * <li>Items that the pruner pushes onto this stack become visible together with the items
 * of the push in progress, and follow them. If that push fails, they are not pushed
 * either.</li>
 * <li>Items that the pruner pushes by {@link #pushAsync(Object)} are placed afterwards,
 * whether that push fails or not.</li>
 * <li>The pruner must not wait for another thread that pushes onto this stack.</li>
 * <li>A pruner that pushes so many items that it always prunes again never ends.</li>
 * </ul>
 * <p>
 * If the pruner throws an exception, its earlier effects are not undone, and neither are
 * those for older layers of the same push. It gets the same layers again with the next
 * push.
 *
 * @param <T> the type of the items
 */
public final class InMemoryAppendStack<T> extends LayeredEntries<T> implements AppendStack<T> {

	/*
	 * Invariant: a pruner is called once for each dropped layer, before the drop is
	 * visible.
	 *
	 * Compare-and-set alone cannot ensure that: when it fails, the pruner has already
	 * been called. Therefore a push that would prune takes a lock and closes the moment
	 * that it starts from. No compare-and-set succeeds on a closed moment, because every
	 * push that sees it waits for the lock instead. Nothing changes between the first
	 * call of a pruner and the moment that the push publishes, which is open again. What
	 * changes the stack other than a push takes the same lock. Each moment is published
	 * as a whole: a reader sees the layers before or after the push, whether the moment
	 * is closed or not.
	 *
	 * A lock around every push would be simpler. But then all pushes would wait for each
	 * other's threads to be scheduled, even if nothing is pruned.
	 */

	private final AtomicReference<Moment<T>> current;

	private final Pruner<? super T> pruner;

	private final ReentrantLock pruning = new ReentrantLock();

	private final HeapKeys keys = new HeapKeys();

	/** Null until the stack is followed. */
	private final AtomicReference<@Nullable HeapTails<T>> tails = new AtomicReference<>();

	/** The pushes of the pruner during the push in progress. Guarded by the lock. */
	private final Queue<Push<T>> joined = new ArrayDeque<>();

	/** The asynchronous pushes of the pruner. Guarded by the lock. */
	private final Queue<Push<T>> deferred = new ArrayDeque<>();

	/**
	 * Creates an empty stack with the default bounds.
	 */
	public InMemoryAppendStack() {
		this(StackBounds.DEFAULT);
	}

	/**
	 * Creates an empty stack.
	 * @param bounds how much the stack keeps
	 */
	public InMemoryAppendStack(StackBounds bounds) {
		this(AppendStackState.empty(bounds));
	}

	/**
	 * Creates an empty stack with a pruner.
	 * @param bounds how much the stack keeps
	 * @param pruner takes the layers that are dropped by pushes without a pruner of their
	 * own
	 */
	public InMemoryAppendStack(StackBounds bounds, Pruner<? super T> pruner) {
		this(AppendStackState.empty(bounds), pruner);
	}

	/**
	 * Creates a stack that continues from a state.
	 * @param state the state; if its oldest generation is not 0, the layer before it is
	 * assumed to have been full
	 */
	public InMemoryAppendStack(AppendStackState<T> state) {
		this(state, (layer) -> {
		});
	}

	/**
	 * Creates a stack with a pruner that continues from a state.
	 * @param state the state; if its oldest generation is not 0, the layer before it is
	 * assumed to have been full
	 * @param pruner takes the layers that are dropped by pushes without a pruner of their
	 * own
	 */
	public InMemoryAppendStack(AppendStackState<T> state, Pruner<? super T> pruner) {
		this.current = new AtomicReference<>(Moment.restored(state));
		this.pruner = Objects.requireNonNull(pruner, "pruner");
	}

	/**
	 * Returns the current state.
	 * @return the state
	 */
	public AppendStackState<T> state() {
		return now().state();
	}

	@Override
	public StackBounds bounds() {
		return state().bounds();
	}

	/**
	 * Changes how much this stack keeps. Existing layers keep their length. If there are
	 * more layers than the new bounds allow, the next push prunes the oldest ones.
	 * @param bounds how much the stack keeps from now on
	 * @throws IllegalStateException if a pruner of this stack calls this method
	 */
	public void changeBounds(StackBounds bounds) {
		Objects.requireNonNull(bounds, "bounds");
		change("change the bounds", (moment) -> moment.with(moment.state().withBounds(bounds)));
	}

	/**
	 * Changes the moment while no pruner runs.
	 * @return the moment before
	 */
	private Moment<T> change(String what, UnaryOperator<Moment<T>> change) {
		if (this.pruning.isHeldByCurrentThread()) {
			throw new IllegalStateException("A pruner must not " + what + " of the stack that is being pruned");
		}
		this.pruning.lock();
		try {
			return this.current.getAndUpdate(change);
		}
		finally {
			this.pruning.unlock();
		}
	}

	/**
	 * Erases items. A push that prunes makes this wait until its pruner is done.
	 * @throws IllegalStateException if a pruner of this stack calls this method
	 */
	@Override
	public int erase(Collection<Position> positions) {
		return super.erase(positions);
	}

	@Override
	Layered<T> erase(Function<Layered<T>, Collection<Position>> positions) {
		return change("erase items", (moment) -> moment.with(moment.state().erase(positions.apply(moment))));
	}

	@Override
	boolean replace(Entry<T> known, T item) {
		Moment<T> before = change("replace an item",
				(moment) -> moment.has(known) ? moment.with(moment.state().replace(known.position(), item)) : moment);
		return before.has(known);
	}

	@Override
	public void push(T item) {
		push(item, this.pruner);
	}

	@Override
	public void push(T item, Pruner<? super T> pruner) {
		place(new Push<>(List.of(item), Objects.requireNonNull(pruner, "pruner")), this.joined);
	}

	@Override
	public Pushed push(T item, String key) {
		Push<T> push = new Push<>(List.of(item), this.pruner);
		return this.keys.push(Keys.require(key), this::oldest, this.pruning.isHeldByCurrentThread(), () -> {
			place(push, this.joined).ifPresent(push.placed()::complete);
			return push.placed();
		});
	}

	private long oldest() {
		return state().oldest().generation();
	}

	@Override
	public void pushAll(List<? extends T> items) {
		List<T> copy = List.copyOf(items);
		if (!copy.isEmpty()) {
			place(new Push<>(copy, this.pruner), this.joined);
		}
	}

	@Override
	public CompletableFuture<Position> pushAsync(T item) {
		Push<T> push = new Push<>(List.of(item), this.pruner);
		try {
			place(push, this.deferred).ifPresent(push.placed()::complete);
		}
		catch (Throwable ex) {
			push.placed().completeExceptionally(ex);
		}
		return push.placed();
	}

	/**
	 * Returns this stack: there are no transactions on the heap.
	 */
	@Override
	public Pushes<T> independently() {
		return this;
	}

	/**
	 * Returns this stack: there are no transactions on the heap, so each push happens at
	 * once, and fails as any other.
	 */
	@Override
	public Pushes<T> afterCommit() {
		return this;
	}

	/**
	 * Places a push at once, or puts it into a queue if it comes from a pruner.
	 * @return the position of the last item, or nothing if the push was queued
	 */
	private Optional<Position> place(Push<T> push, Queue<Push<T>> fromPruner) {
		if (this.pruning.isHeldByCurrentThread()) {
			fromPruner.add(push);
			return Optional.empty();
		}
		Moment<T> before = now();
		while (!before.closed()) {
			Outcome<T> outcome = before.state().pushAll(push.items());
			if (!outcome.pruned().isEmpty()) {
				break;
			}
			Moment<T> after = before.followedBy(outcome);
			if (this.current.compareAndSet(before, after)) {
				wake();
				return Optional.of(after.newestPosition());
			}
			before = now();
		}
		return Optional.of(placeLocked(push));
	}

	private Position placeLocked(Push<T> push) {
		List<Runnable> completions = new ArrayList<>();
		this.pruning.lock();
		try {
			return prune(push);
		}
		finally {
			placeDeferred(completions);
			this.pruning.unlock();
			wake();
			completions.forEach(Runnable::run);
		}
	}

	private void placeDeferred(List<Runnable> completions) {
		for (Push<T> push = this.deferred.poll(); push != null; push = this.deferred.poll()) {
			CompletableFuture<Position> placed = push.placed();
			try {
				Position position = prune(push);
				completions.add(() -> placed.complete(position));
			}
			catch (Throwable ex) {
				completions.add(() -> placed.completeExceptionally(ex));
			}
		}
	}

	/**
	 * Publishes a push and the pushes of its pruner in one step, or none of them.
	 */
	private Position prune(Push<T> push) {
		Moment<T> published = this.current.updateAndGet((moment) -> moment.withClosed(true));
		List<Push<T>> others = new ArrayList<>();
		List<Runnable> completions = new ArrayList<>();
		try {
			Moment<T> after = pruned(published, push);
			Position position = after.newestPosition();
			for (Push<T> next = this.joined.poll(); next != null; next = this.joined.poll()) {
				CompletableFuture<Position> placed = next.placed();
				others.add(next);
				after = pruned(after, next);
				Position at = after.newestPosition();
				completions.add(() -> placed.complete(at));
			}
			published = after;
			completions.forEach(Runnable::run);
			return position;
		}
		finally {
			others.addAll(this.joined);
			this.joined.clear();
			this.current.set(published.withClosed(false));
			others.forEach((other) -> other.placed().cancel(false)); // those that are not
																		// placed
		}
	}

	private static <T> Moment<T> pruned(Moment<T> before, Push<T> push) {
		Outcome<T> outcome = before.state().pushAll(push.items());
		outcome.pruned().forEach((layer) -> hand(layer, push.pruner()));
		return before.followedBy(outcome);
	}

	private static <S> void hand(Layer<? extends S> layer, Pruner<S> pruner) {
		pruner.prune(Layer.copyOf(layer));
	}

	@Override
	public Followable<T> followedThrough(Entries<T> view) {
		HeapTails<T> known = this.tails.get();
		return ((known != null) ? known : followed()).through(Objects.requireNonNull(view, "view"));
	}

	private HeapTails<T> followed() {
		HeapTails<T> created = new HeapTails<>(this);
		HeapTails<T> other = this.tails.compareAndExchange(null, created);
		return (other != null) ? other : created;
	}

	/**
	 * Lets followers read. A push is visible before it looks for followers, and followers
	 * are there before they read.
	 */
	private void wake() {
		HeapTails<T> followers = this.tails.get();
		if (followers != null) {
			followers.wake();
		}
	}

	/**
	 * Returns the newest position, or that of the last item that was pruned if nothing is
	 * kept.
	 */
	Position end() {
		return now().end();
	}

	@Override
	Moment<T> now() {
		return this.current.get();
	}

	/**
	 * Items to push, and the pruner for the layers that are dropped for them.
	 */
	private record Push<T>(List<T> items, Pruner<? super T> pruner, CompletableFuture<Position> placed) {

		Push(List<T> items, Pruner<? super T> pruner) {
			this(items, pruner, new CompletableFuture<>());
		}

	}

	/**
	 * The stack at one moment.
	 *
	 * @param state the layers and bounds
	 * @param expiryMark the newest layer with items that was pruned
	 * @param closed whether a push that prunes continues from this moment, so that no
	 * other push may
	 */
	private record Moment<T>(AppendStackState<T> state, ExpiryMark expiryMark, boolean closed) implements Layered<T> {

		static <T> Moment<T> restored(AppendStackState<T> state) {
			long oldest = state.oldest().generation();
			ExpiryMark mark = (oldest > 0) ? new ExpiryMark(oldest - 1, state.bounds().maxLength()) : ExpiryMark.NONE;
			return new Moment<>(state, mark, false);
		}

		Moment<T> followedBy(Outcome<T> outcome) {
			ExpiryMark mark = this.expiryMark;
			for (Layer<T> layer : outcome.pruned()) {
				mark = (layer.length() > 0) ? new ExpiryMark(layer.generation(), layer.length()) : mark;
			}
			return new Moment<>(outcome.state(), mark, this.closed);
		}

		Moment<T> with(AppendStackState<T> state) {
			return new Moment<>(state, this.expiryMark, this.closed);
		}

		Moment<T> withClosed(boolean closed) {
			return new Moment<>(this.state, this.expiryMark, closed);
		}

		Position newestPosition() {
			return lastOf(this.state.newest());
		}

		Position end() {
			return newestFirst().stream()
				.filter((layer) -> layer.length() > 0)
				.findFirst()
				.map(Moment::lastOf)
				.orElseGet(() -> this.expiryMark.equals(ExpiryMark.NONE) ? Position.START
						: new Position(this.expiryMark.generation(), this.expiryMark.length() - 1));
		}

		private static Position lastOf(Layer<?> layer) {
			return new Position(layer.generation(), layer.length() - 1);
		}

		@Override
		public List<Layer<T>> newestFirst() {
			return this.state.newestFirst();
		}

	}

}
