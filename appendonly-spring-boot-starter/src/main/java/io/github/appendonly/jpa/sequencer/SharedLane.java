package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.Shelter;
import org.jspecify.annotations.Nullable;

/**
 * The pushes onto all stacks of a tenant that are in progress on this node, as far as
 * they need nothing but a place on a stack. One group commit places them. So many callers
 * share a commit, even if each pushes onto a stack of its own.
 */
final class SharedLane implements GroupCommit.Committer<QueuedPush, QueuedPush> {

	/*
	 * This lane never waits for anything: a stack that is locked, or whose layers must be
	 * pruned, would delay all others. What it cannot place moves to the lane of its
	 * stack, together with all other pushes of the batch for this stack. It is there
	 * before the next batch begins.
	 *
	 * A writer's pushes stay in order. As long as a stack has pushes in this lane, all
	 * further ones follow them here. If the stack also has pushes in its own lane, they
	 * move there one batch after the other. Only then a push goes to the stack's lane at
	 * once (see Lanes).
	 */

	private static final int MAX_BATCH = 300;

	private final ManyStacksPlacer placer;

	private final BatchReporter reporter;

	private final Shelter shelter;

	private final Lanes lanes;

	private final GroupCommit<QueuedPush, QueuedPush> group;

	private @Nullable Object tenant;

	private int users;

	SharedLane(ManyStacksPlacer placer, BatchReporter reporter, Shelter shelter, Lanes lanes,
			DelayingExecutor executor) {
		this.placer = placer;
		this.reporter = reporter;
		this.shelter = shelter;
		this.lanes = lanes;
		this.group = new GroupCommit<>(this, executor, MAX_BATCH);
	}

	/**
	 * Returns the key of the tenant whose lane is removed when it has no users; null if
	 * it stays.
	 */
	@Nullable Object tenant() {
		return this.tenant;
	}

	/**
	 * Adds a stack of a tenant as a user. Calls that add or remove users never overlap.
	 */
	SharedLane addUser(Object tenant) {
		this.tenant = tenant;
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
	 * Places a push and waits for it, unless it moves to the lane of its stack.
	 */
	void place(QueuedPush push) {
		this.group.commit(push).position();
	}

	/**
	 * Places a push on another thread.
	 */
	CompletableFuture<Position> placeAsync(QueuedPush push) {
		return this.group.commitAsync(push).thenCompose(QueuedPush::outcome);
	}

	/**
	 * Places a push, on the calling thread if no batch is in progress.
	 */
	CompletableFuture<QueuedPush> placeIfFree(QueuedPush push) {
		return this.group.commitIfFree(push);
	}

	/**
	 * Places pushes that no thread waits for, on the calling thread if no batch is in
	 * progress.
	 */
	List<CompletableFuture<Position>> placeAllIfFree(List<QueuedPush> pushes) {
		return this.group.commitAllIfFree(pushes)
			.stream()
			.map((placed) -> placed.thenCompose(QueuedPush::outcome))
			.toList();
	}

	void refuse(RejectedExecutionException refusal) {
		this.group.refuse(refusal);
	}

	@Override
	public List<QueuedPush> commit(List<QueuedPush> pushes) {
		Map<Lane, List<QueuedPush>> byStack = new LinkedHashMap<>();
		pushes.forEach((push) -> byStack.computeIfAbsent(push.lane(), (lane) -> new ArrayList<>()).add(push));
		Map<Lane, Batch> batches = new LinkedHashMap<>();
		byStack.forEach((lane, own) -> {
			if (!lane.isUsed() && own.stream().allMatch(QueuedPush::mayShare)) {
				batches.put(lane, new Batch(own.stream().<PushRequest<?>>map(QueuedPush::request).toList()));
			}
		});
		if (!batches.isEmpty()) {
			List<Batch> all = List.copyOf(batches.values());
			this.shelter.run(pushes.size(), () -> {
				this.reporter.runAll(all, () -> this.placer.place(all));
				return all;
			});
		}
		byStack.forEach((lane, own) -> settle(lane, own, batches.get(lane)));
		return pushes;
	}

	private void settle(Lane lane, List<QueuedPush> pushes, @Nullable Batch batch) {
		Throwable failure = (batch != null) ? batch.failure() : null;
		List<Position> positions = (batch != null) ? batch.positions().orElse(List.of()) : List.of();
		if (failure != null && !mayComeFromInterrupt(failure)) {
			pushes.forEach((push) -> push.failed(failure));
		}
		else if (!positions.isEmpty()) {
			for (int i = 0; i < pushes.size(); i++) {
				pushes.get(i).placed(positions.get(i));
			}
		}
		else {
			this.lanes.moveToLane(lane, pushes.size());
			pushes.forEach(QueuedPush::moveToLane);
		}
	}

	/**
	 * An interrupt of the leader is not the concern of the others. They are placed again.
	 */
	private static boolean mayComeFromInterrupt(Throwable failure) {
		return Thread.currentThread().isInterrupted() && !(failure instanceof UncertainCommitException)
				&& !Errors.endJvm(failure);
	}

	@Override
	public void lead(Runnable leading) {
		this.shelter.lead(leading);
	}

	@Override
	public boolean isFaultOfItem(Throwable failure) {
		return false;
	}

}
