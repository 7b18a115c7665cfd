package io.github.appendonly.follow;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.appendonly.CursorAheadException;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entry;
import io.github.appendonly.Follower;
import io.github.appendonly.Gone;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.internal.Errors;
import org.jspecify.annotations.Nullable;

/**
 * One subscription. It hands the steps that were read to its target, on the thread of the
 * task that owns it.
 *
 * @param <T> the type of the items
 */
final class Tail<T> implements Subscription {

	private static final Logger LOGGER = System.getLogger(Tails.class.getName());

	private final SharedReads<T> reads;

	private final Target<T> target;

	private final Consumer<Tail<?>> left;

	private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private volatile boolean awaited;

	private volatile Position cursor;

	// Of the owner.

	/** Where the next read begins. */
	StartAt at;

	@Nullable Step<T> step;

	/** Whether nothing was read for this tail yet. */
	boolean isNew = true;

	boolean isToldThatCaughtUp;

	private boolean begun;

	private int nextEntry;

	private int nextGone;

	// Guarded by the lock of the key.

	@Nullable Place<T> place;

	boolean parked;

	Tail(SharedReads<T> reads, StartAt start, Target<T> target, Consumer<Tail<?>> left) {
		this.reads = reads;
		this.at = start;
		this.target = target;
		this.left = left;
		this.cursor = start.position().orElse(Position.START);
	}

	SharedReads<T> reads() {
		return this.reads;
	}

	@Override
	public Position cursor() {
		return this.cursor;
	}

	@Override
	public boolean isActive() {
		return this.ending.get() == null;
	}

	@Override
	public CompletionStage<Void> ended() {
		this.awaited = true;
		return this.ended.minimalCompletionStage();
	}

	/**
	 * Completes when this has ended, normally or not.
	 */
	CompletableFuture<?> completion() {
		return this.ended.handle((nothing, failure) -> this);
	}

	@Override
	public void close() {
		Ending closed = Ending.CLOSED;
		if (endsWith(closed) && this.reads.recall(this)) {
			finish(closed);
		}
	}

	/**
	 * Ends this from outside.
	 */
	void end(Ending ending) {
		if (endsWith(ending) && this.reads.recall(this)) {
			call();
		}
	}

	/**
	 * Decides how this ends, unless that is decided already. The owner finishes it.
	 */
	boolean endsWith(Ending ending) {
		return this.ending.compareAndSet(null, ending);
	}

	/**
	 * Lets the first read begin.
	 */
	void begin() {
		if (this.reads.next(this)) {
			call();
		}
	}

	/**
	 * Goes on if this rests, since its target wants more.
	 */
	void proceed() {
		if (this.reads.unpark(this)) {
			call();
		}
	}

	boolean wantsMore() {
		return this.target.wantsMore();
	}

	/**
	 * Calls the target on another thread, for the owner.
	 */
	void call() {
		try {
			this.reads.threads().call(this::run);
		}
		catch (RejectedExecutionException ex) {
			endsWith(Ending.STOPPED);
			run();
		}
		catch (Throwable ex) { // no memory for a thread
			callLater(ex);
		}
	}

	/**
	 * Rests until there may be a thread. What has ended is finished on this thread, which
	 * takes no call of the follower.
	 */
	private void callLater(Throwable failure) {
		if (!this.reads.rest(this)) {
			run();
			return;
		}
		try {
			this.reads.threads().readLater(this::proceed, Outages.delay(1));
		}
		catch (Throwable ex) {
			boolean stopped = ex instanceof RejectedExecutionException;
			if (endsWith(stopped ? Ending.STOPPED : Ending.failed(failure)) && this.reads.recall(this)) {
				run();
			}
		}
	}

	/**
	 * Takes a step that continues where this stands.
	 */
	void take(Step<T> step) {
		this.step = step;
		this.isNew = false;
		this.begun = false;
		this.nextEntry = after(step.changes().entries(), Entry::position);
		this.nextGone = after(step.changes().gone(), Gone::position);
	}

	/**
	 * Returns the index of the first element after the cursor.
	 */
	private <E> int after(List<E> elements, Function<E, Position> position) {
		int low = 0;
		int high = elements.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (position.apply(elements.get(middle)).isAfter(this.cursor)) {
				high = middle;
			}
			else {
				low = middle + 1;
			}
		}
		return low;
	}

	private void run() {
		while (true) {
			Ending decided = this.ending.get();
			if (decided != null) {
				finish(decided);
				return;
			}
			if (!wantsMore()) {
				if (this.reads.park(this)) {
					return;
				}
			}
			else if (!advance() && !this.reads.next(this)) {
				return;
			}
		}
	}

	/**
	 * Makes at most one call.
	 * @return whether it did; otherwise there is nothing left in the step
	 */
	private boolean advance() {
		Step<T> current = this.step;
		if (current == null) {
			return false;
		}
		try {
			return advance(current, this.target.follower());
		}
		catch (Throwable ex) {
			Ending failed = Ending.failed(ex);
			endsWith(failed);
			if (Errors.endJvm(ex)) {
				finish(failed);
				throw Errors.unchecked(ex);
			}
			return true;
		}
	}

	private boolean advance(Step<T> current, Follower<? super T> follower) throws Exception {
		if (!this.begun) {
			this.begun = true;
			if (current.changes().ahead()) {
				follower.onAhead(new CursorAheadException(this.reads.structure(), this.cursor));
				endsWith(Ending.CLOSED);
				return true;
			}
			if (current.changes().expired()) {
				follower.onExpired(new CursorExpiredException(this.reads.structure(), this.cursor));
				return true;
			}
		}
		List<Entry<T>> entries = current.changes().entries();
		List<Gone> gone = current.changes().gone();
		boolean hasEntry = this.nextEntry < entries.size();
		if (this.nextGone < gone.size()
				&& !(hasEntry && gone.get(this.nextGone).position().isAfter(entries.get(this.nextEntry).position()))) {
			Gone next = gone.get(this.nextGone++);
			follower.onGone(next);
			moved(next.position());
			return true;
		}
		if (hasEntry) {
			Entry<T> next = entries.get(this.nextEntry++);
			hand(next, follower);
			moved(next.position());
			return true;
		}
		return finished(current, follower);
	}

	@SuppressWarnings("unchecked") // entries are immutable
	private static <S> void hand(Entry<? extends S> entry, Follower<S> follower) throws Exception {
		follower.onEntry((Entry<S>) entry);
	}

	private void moved(Position position) {
		this.cursor = position;
		this.isToldThatCaughtUp = false;
	}

	private boolean finished(Step<T> current, Follower<? super T> follower) throws Exception {
		Position end = current.changes().cursor();
		this.cursor = end;
		this.at = StartAt.after(end);
		if (this.isToldThatCaughtUp || !this.reads.isNewest(current)) {
			return false;
		}
		this.isToldThatCaughtUp = true;
		follower.onCaughtUp(end);
		return true;
	}

	/**
	 * Ends this for good. The caller owns it.
	 */
	private void finish(Ending decided) {
		this.step = null;
		this.left.accept(this);
		boolean handled = tell(decided);
		Throwable cause = decided.cause();
		if (cause == null) {
			this.ended.complete(null);
			return;
		}
		if (!handled && !this.awaited && decided.tell()) {
			LOGGER.log(Level.WARNING, "The follower of the " + this.reads.structure() + " has failed after "
					+ this.cursor + ", and gets no more entries", cause);
		}
		this.ended.completeExceptionally(cause);
	}

	private boolean tell(Ending decided) {
		try {
			return this.target.ended(decided);
		}
		catch (Throwable ex) {
			LOGGER.log(Level.WARNING, "A subscriber of the " + this.reads.structure()
					+ " has thrown an exception when it was told of the end", ex);
			return true;
		}
	}

}
