package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.github.appendonly.Position;
import io.github.appendonly.internal.Errors;
import org.jspecify.annotations.Nullable;

/**
 * A push that is queued on this node, or a request to place an inbox. It is in the shared
 * lane, or in the lane of its stack. From the shared lane it can move to the lane of its
 * stack, once.
 */
final class QueuedPush {

	private final PushRequest<?> request;

	private final Lane lane;

	private final boolean mayShare;

	private final boolean awaited;

	private volatile boolean shared;

	private @Nullable Position position;

	private @Nullable Throwable failure;

	private @Nullable CompletableFuture<Position> inLane;

	/**
	 * Creates a queued push.
	 * @param request the request
	 * @param lane the lane of its stack
	 * @param mayShare whether it may be placed in the shared lane
	 * @param awaited whether the thread that has queued the push waits for it, and places
	 * it in the lane of its stack if it does not stay in the shared lane
	 * @param shared whether it is in the shared lane
	 */
	QueuedPush(PushRequest<?> request, Lane lane, boolean mayShare, boolean awaited, boolean shared) {
		this.request = request;
		this.lane = lane;
		this.mayShare = mayShare;
		this.awaited = awaited;
		this.shared = shared;
	}

	PushRequest<?> request() {
		return this.request;
	}

	Lane lane() {
		return this.lane;
	}

	/**
	 * Returns whether this push may be placed in the shared lane. It may be there only to
	 * follow others.
	 */
	boolean mayShare() {
		return this.mayShare;
	}

	/**
	 * Returns whether this push is in the shared lane.
	 */
	boolean isShared() {
		return this.shared;
	}

	/**
	 * Places this push in the shared lane, and waits for it, unless it moves to the lane
	 * of its stack.
	 */
	void placeShared() {
		shared().place(this);
	}

	/**
	 * Places this push on another thread, in whichever lane.
	 */
	CompletableFuture<Position> placeSharedAsync() {
		return shared().placeAsync(this);
	}

	/**
	 * Places this push in the shared lane, on the calling thread if no batch is in
	 * progress there.
	 */
	CompletableFuture<QueuedPush> placeSharedIfFree() {
		return shared().placeIfFree(this);
	}

	SharedLane shared() {
		return Objects.requireNonNull(this.lane.shared());
	}

	void placed(Position position) {
		this.position = position;
	}

	void failed(Throwable failure) {
		this.failure = failure;
	}

	/**
	 * Moves this push to the lane of its stack. If no thread waits for it, it is queued
	 * there.
	 */
	void moveToLane() {
		this.shared = false;
		if (!this.awaited) {
			try {
				this.inLane = this.request.items().isEmpty() ? this.lane.drainAsync(this.request)
						: this.lane.placeAsync(this.request);
			}
			catch (RuntimeException | Error ex) {
				this.failure = ex;
			}
		}
	}

	/**
	 * Returns the outcome in the shared lane.
	 * @return the position; null if this push has moved to the lane of its stack
	 */
	@Nullable Position position() {
		Throwable failure = this.failure;
		if (failure != null) {
			throw Errors.unchecked(failure);
		}
		return this.position;
	}

	/**
	 * Returns the outcome in whichever lane it is, for a push that no thread waits for.
	 */
	CompletableFuture<Position> outcome() {
		if (this.failure != null) {
			return CompletableFuture.failedFuture(this.failure);
		}
		return (this.inLane != null) ? this.inLane : CompletableFuture.completedFuture(this.position);
	}

}
