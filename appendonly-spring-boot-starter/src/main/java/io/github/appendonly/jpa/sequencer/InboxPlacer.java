package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.github.appendonly.Position;
import io.github.appendonly.internal.StackRoom;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Places the inboxes of stacks: for reads, in the background, and on demand.
 * <p>
 * In the background, it never waits for a transaction that has a stack's row locked. It
 * tries again now and then.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class InboxPlacer {

	private static final Log logger = LogFactory.getLog(InboxPlacer.class);

	/** The longest wait of a read in a transaction. */
	private static final Duration MAX_WAIT_IN_TRANSACTION = Duration.ofMillis(50);

	/** The time between attempts to place an inbox without group commit. */
	private static final Duration PAUSE = Duration.ofMillis(10);

	private final Transactions transactions;

	private final Tenants tenants;

	private final DelayingExecutor executor;

	private final ShutdownGate gate;

	private final TransactionalPlacer transactional;

	private final BatchCommitter committer;

	private final Lanes lanes;

	private final BatchReporter reporter;

	private final boolean grouping;

	private final long readWaitNanos;

	private final Waking waking;

	InboxPlacer(Transactions transactions, Tenants tenants, DelayingExecutor executor, ShutdownGate gate,
			TransactionalPlacer transactional, BatchCommitter committer, Lanes lanes, BatchReporter reporter,
			Sequencer.Settings settings) {
		this.transactions = transactions;
		this.tenants = tenants;
		this.executor = executor;
		this.gate = gate;
		this.transactional = transactional;
		this.committer = committer;
		this.lanes = lanes;
		this.reporter = reporter;
		this.grouping = settings.groupCommit();
		this.waking = new Waking(tenants, executor, gate, this::placeWoken);
		this.readWaitNanos = TimeUnit.NANOSECONDS.convert(settings.readWait());
	}

	/**
	 * Places the inbox of a stack for a read, and waits for it for a limited time. The
	 * caller must not be in a transaction.
	 * @param definition the stack
	 */
	public void drain(StackDefinition<?> definition) {
		StackRoom.requireToQueue();
		String name = definition.name();
		this.transactional.requireNotPruning(name);
		long begun = System.nanoTime();
		boolean placed;
		if (!this.grouping || this.transactions.isWithinOwn()) {
			// the calling thread may lead this lane, or a lane that waits for this one
			placed = drainHere(definition, begun);
		}
		else if (this.transactions.isWithinOther()) {
			this.transactions.releaseIdleConnection();
			placed = await(drainAsync(definition), begun);
		}
		else {
			placed = this.transactions.detached(() -> drainInLane(definition, begun));
		}
		if (!placed) {
			this.reporter.readTimedOut(name);
		}
	}

	/**
	 * The calling thread places the inbox itself if it can, but it does not wait for
	 * somebody's pruner.
	 */
	private boolean drainInLane(StackDefinition<?> definition, long begun) {
		try {
			return definition.pruner().isPresent() ? await(drainAsync(definition), begun)
					: drainHereOrInLane(definition, begun);
		}
		catch (RejectedExecutionException ex) {
			return drainHere(definition, begun); // the application is stopping
		}
	}

	/**
	 * What waits in other inboxes is placed by the same commit, and so is what others
	 * push.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // only removes the user
	private boolean drainHereOrInLane(StackDefinition<?> definition, long begun) {
		QueuedPush drain = this.lanes.enter(PushRequest.drain(definition), Lanes.Need.ANY_LANE, true);
		CompletableFuture<?> last = CompletableFuture.completedFuture(drain);
		try {
			if (drain.isShared()) {
				last = drain.placeSharedIfFree();
				if (!await(last, begun)) {
					return false;
				}
				drain.position();
			}
			if (!drain.isShared()) {
				last = drain.lane().drain(drain.request());
				return await(last, begun);
			}
			return true;
		}
		finally {
			last.whenComplete((done, failure) -> this.lanes.leave(drain));
		}
	}

	private boolean drainHere(StackDefinition<?> definition, long begun) {
		while (true) {
			BatchCommitter.Attempt attempt = this.transactions
				.detached(() -> this.committer.attempt(List.of(PushRequest.drain(definition))));
			if (attempt.positions().isPresent()) {
				return true;
			}
			if (rest(begun) <= 0) {
				return false;
			}
			if (!attempt.progress()) {
				LockSupport.parkNanos(Math.min(rest(begun), PAUSE.toNanos()));
			}
		}
	}

	private long rest(long begun) {
		return this.readWaitNanos - (System.nanoTime() - begun);
	}

	/**
	 * Waits for a batch as long as a read may wait. An interrupt does not end the wait.
	 * @return whether the batch is done
	 */
	private boolean await(CompletableFuture<?> placed, long begun) {
		boolean interrupted = false;
		try {
			while (!placed.isDone()) {
				try {
					placed.get(Math.max(0, rest(begun)), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
				catch (TimeoutException ex) {
					return false;
				}
				catch (ExecutionException ex) {
					logger.debug("The inbox could not be placed for a read", ex);
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
		Transactions.await(placed);
		return true;
	}

	/**
	 * Places the inbox of a stack on another thread.
	 */
	private CompletableFuture<Position> drainAsync(StackDefinition<?> definition) {
		QueuedPush drain = enter(definition);
		CompletableFuture<Position> placed = drain.isShared() ? drain.placeSharedAsync()
				: drain.lane().drainAsync(drain.request());
		return placed.whenComplete((position, failure) -> this.lanes.leave(drain));
	}

	private QueuedPush enter(StackDefinition<?> definition) {
		Lanes.Need need = definition.pruner().isPresent() ? Lanes.Need.OWN_LANE : Lanes.Need.ANY_LANE;
		return this.lanes.enter(PushRequest.drain(definition), need, false);
	}

	/**
	 * Places the inbox of a stack in a separate batch, and waits for it. The caller must
	 * not be in a transaction.
	 * @param definition the stack
	 * @return the number of items that this batch has placed
	 */
	public int place(StackDefinition<?> definition) {
		return this.transactions.detached(() -> {
			Batch batch = new Batch(List.of(PushRequest.drain(definition)));
			this.committer.commit(batch);
			return batch.items();
		});
	}

	/**
	 * Requests that the inbox of a stack is placed soon. This never waits and never
	 * fails. Items that are not placed now are placed with the next push or read, or at
	 * the next start.
	 * @param definition the stack
	 */
	public void wake(StackDefinition<?> definition) {
		if (!this.grouping) {
			return;
		}
		this.reporter.addPending(definition.name());
		this.waking.addCommitted(definition);
	}

	/**
	 * Requests that the inbox of a stack is placed, because its items have waited for
	 * long. This never waits and never fails.
	 * @param definition the stack
	 */
	public void placeSoon(StackDefinition<?> definition) {
		this.waking.addUrgent(definition);
	}

	/**
	 * Places the inboxes of stacks that were woken. The calling thread places those in
	 * the shared lane, if that is free.
	 * @return for each stack a future that completes when that is done
	 */
	private List<CompletableFuture<Position>> placeWoken(List<StackDefinition<?>> stacks) {
		List<CompletableFuture<Position>> placed = new ArrayList<>();
		List<QueuedPush> shared = new ArrayList<>();
		for (StackDefinition<?> definition : stacks) {
			if (!this.grouping) {
				placed.add(commitAsync(PushRequest.drain(definition)));
				continue;
			}
			QueuedPush drain = enter(definition);
			if (drain.isShared()) {
				shared.add(drain);
			}
			else {
				PushRequest<?> request = drain.request();
				placed.add(((stacks.size() == 1) ? drain.lane().drain(request) : drain.lane().drainAsync(request))
					.whenComplete((position, failure) -> this.lanes.leave(drain)));
			}
		}
		if (!shared.isEmpty()) {
			List<CompletableFuture<Position>> all = shared.get(0).shared().placeAllIfFree(shared);
			for (int i = 0; i < all.size(); i++) {
				QueuedPush drain = shared.get(i);
				placed.add(all.get(i).whenComplete((position, failure) -> this.lanes.leave(drain)));
			}
		}
		return placed;
	}

	/**
	 * Waits for a limited time until all work in progress on a stack is done. The time is
	 * short, because the caller may hold the connection or the lock that placing needs.
	 * @param definition the stack
	 */
	public void awaitUnderWay(StackDefinition<?> definition) {
		String name = definition.name();
		if (!this.grouping || !isUnderWay(this.tenants.key(name))) {
			return;
		}
		try {
			drainAsync(definition).get(MAX_WAIT_IN_TRANSACTION.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.debug("Reading stack '" + name + "' without waiting any longer for its inbox", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isUnderWay(Object key) {
		return this.waking.contains(key) || this.lanes.contains(key);
	}

	/**
	 * Commits a push without group commit, on the executor.
	 */
	CompletableFuture<Position> commitAsync(PushRequest<?> request) {
		CompletableFuture<Position> placed = new CompletableFuture<>();
		commitLater(request, placed, Duration.ZERO);
		return placed;
	}

	/**
	 * Commits on the executor. While another transaction has the stack's row locked, it
	 * tries again now and then.
	 */
	private void commitLater(PushRequest<?> request, CompletableFuture<Position> placed, Duration pause) {
		try {
			this.executor.execute(() -> {
				try {
					this.gate.requireInTime();
					this.committer.attempt(List.of(request))
						.positions()
						.ifPresentOrElse((positions) -> placed.complete(positions.get(0)),
								() -> commitLater(request, placed, PAUSE));
				}
				catch (Throwable ex) {
					placed.completeExceptionally(ex);
				}
			}, pause);
		}
		catch (RejectedExecutionException ex) {
			placed.completeExceptionally(ex);
		}
	}

}
