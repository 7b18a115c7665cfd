package io.github.appendonly.jpa.sequencer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;

/**
 * The lanes of all stacks with work in progress on this node. A lane is removed when it
 * has no users. So millions of stacks cost nothing. The same is true of tenants, each of
 * which has its own lanes.
 */
final class Lanes {

	private final Tenants tenants;

	private final BatchCommitter committer;

	private final Shelter shelter;

	private final Enqueuer enqueuer;

	private final DelayingExecutor executor;

	private final Map<Object, Lane> lanes = new ConcurrentHashMap<>();

	Lanes(Tenants tenants, BatchCommitter committer, Shelter shelter, Enqueuer enqueuer, DelayingExecutor executor) {
		this.tenants = tenants;
		this.committer = committer;
		this.shelter = shelter;
		this.enqueuer = enqueuer;
		this.executor = executor;
	}

	/**
	 * Returns the lane of a stack, which stays until the caller leaves it.
	 */
	Lane enter(String stack) {
		return this.lanes.compute(this.tenants.key(stack),
				(key, present) -> ((present != null) ? present : create(key)).addUser());
	}

	private Lane create(Object key) {
		return new Lane(key, this.committer, this.shelter, this.enqueuer, this.executor);
	}

	void leave(Lane used) {
		this.lanes.computeIfPresent(used.key(), (key, lane) -> lane.removeUser() ? lane : null);
	}

	/**
	 * Returns whether a stack has work in progress.
	 * @param key the key of the stack
	 */
	boolean contains(Object key) {
		return this.lanes.containsKey(key);
	}

	/**
	 * Refuses the queued pushes that are in no batch yet. Pushes whose callers wait are
	 * not refused.
	 */
	void refuseRest() {
		this.lanes.values().forEach((lane) -> lane.refuse(ShutdownGate.refusal()));
	}

}
