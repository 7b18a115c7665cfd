package io.github.appendonly.jpa.sequencer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Position;
import io.github.appendonly.commit.GroupCommit;

/**
 * The pushes that are under way onto one stack: those that are placed together, and those
 * that are left in the inbox together.
 */
final class Lane {

	private static final int MAX_BATCH = 2000;

	private final Object key;

	private final GroupCommit<PushRequest<?>, Position> placing;

	private final GroupCommit<PushRequest<?>, PushRequest<?>> enqueuing;

	private final AtomicInteger itemsToPlace = new AtomicInteger();

	private int users;

	/**
	 * A lane that nobody uses yet.
	 * @param key the stack
	 * @param placer places batches
	 * @param enqueuer leaves batches in the inbox
	 * @param executor leads batches that nobody waits for
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
	 * Counts a user. Users come and leave one at a time.
	 */
	Lane entered() {
		this.users++;
		return this;
	}

	/**
	 * Counts a user less.
	 * @return whether the lane is still used
	 */
	boolean left() {
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
	 * Leaves a push in the inbox, and waits for it.
	 */
	void enqueue(PushRequest<?> request) {
		this.enqueuing.commit(request);
	}

	void itemsToPlace(int more) {
		this.itemsToPlace.addAndGet(more);
	}

	/**
	 * Whether this node was asked to place items and has not finished. What it was asked
	 * before comes first.
	 */
	boolean hasItemsToPlace() {
		return this.itemsToPlace.get() > 0;
	}

	/**
	 * Refuses what was queued and is in no batch yet, except for callers who wait.
	 */
	void refuse(RejectedExecutionException refusal) {
		this.placing.refuse(refusal);
	}

}
