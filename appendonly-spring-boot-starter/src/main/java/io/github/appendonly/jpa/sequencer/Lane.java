package io.github.appendonly.jpa.sequencer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Position;
import io.github.appendonly.commit.GroupCommit;

/**
 * The pushes onto one stack that are in progress on this node. One group commit places
 * pushes, and another one writes pushes to the inbox.
 */
final class Lane {

	private static final int MAX_BATCH = 2000;

	private final Object key;

	private final GroupCommit<PushRequest<?>, Position> placing;

	private final GroupCommit<PushRequest<?>, PushRequest<?>> enqueuing;

	private final AtomicInteger itemsToPlace = new AtomicInteger();

	private int users;

	/**
	 * Creates a lane without users.
	 * @param key the key of the stack
	 * @param placer places batches
	 * @param enqueuer writes batches to the inbox
	 * @param executor leads batches that no caller waits for
	 */
	Lane(Object key, GroupCommit.Committer<PushRequest<?>, Position> placer,
			GroupCommit.Committer<PushRequest<?>, PushRequest<?>> enqueuer, Executor executor) {
		this.key = key;
		this.placing = new GroupCommit<>(placer, executor, MAX_BATCH);
		this.enqueuing = new GroupCommit<>(enqueuer, executor, MAX_BATCH);
	}

	Object key() {
		return this.key;
	}

	/**
	 * Adds a user. Calls that add or remove users never overlap.
	 */
	Lane addUser() {
		this.users++;
		return this;
	}

	/**
	 * Removes a user.
	 * @return whether the lane still has users
	 */
	boolean removeUser() {
		return --this.users > 0;
	}

	/**
	 * Places a push, and waits for it.
	 */
	void place(PushRequest<?> request) {
		this.placing.commit(request);
	}

	/**
	 * Places a push on another thread.
	 */
	CompletableFuture<Position> placeAsync(PushRequest<?> request) {
		return this.placing.commitAsync(request);
	}

	/**
	 * Writes a push to the inbox, and waits for it.
	 */
	void enqueue(PushRequest<?> request) {
		this.enqueuing.commit(request);
	}

	void addItemsToPlace(int more) {
		this.itemsToPlace.addAndGet(more);
	}

	/**
	 * Returns whether this node has accepted items to place that are not placed yet.
	 * Later pushes must come after them.
	 */
	boolean hasItemsToPlace() {
		return this.itemsToPlace.get() > 0;
	}

	/**
	 * Refuses the queued pushes that are in no batch yet. Pushes whose callers wait are
	 * not refused.
	 */
	void refuse(RejectedExecutionException refusal) {
		this.placing.refuse(refusal);
	}

}
