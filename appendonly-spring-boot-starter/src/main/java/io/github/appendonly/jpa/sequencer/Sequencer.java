package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PortablePlanWriter;
import io.github.appendonly.jpa.sequencer.plan.PostgresPlanWriter;
import io.github.appendonly.jpa.sequencer.plan.PrunerException;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.github.appendonly.Position;
import io.github.appendonly.internal.StackRoom;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.Shelter;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryPolicy;

/**
 * Gives items their positions. It places them one batch of a stack at a time, and repeats
 * a batch that has lost a race. Outside the callers' transactions, only the sequencer
 * writes a stack's row.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class Sequencer {

	/*
	 * Pushes go to the shared lane, which is a group commit over all stacks. Those that
	 * need more go to the lane of their stack, which is a group commit too (see Lanes).
	 * The batch of a lane is closed first. Then an internal transaction reads the inbox,
	 * and places it before the batch. So the items that a writer committed before it
	 * queued a push are placed before that push.
	 *
	 * A node has one batch of a stack at a time. So only another node, or an
	 * in-transaction placement, can come in between. While nodes compete for a stack on
	 * PostgreSQL, pushes are written to its inbox, as pushes in transactions are.
	 *
	 * Application code that runs within an internal transaction may push too: a pruner,
	 * or a callback after the commit. It must not wait for a lane, since its own thread
	 * may lead that lane. It must not wait for a thread of the executor either, since its
	 * own thread may be the last one.
	 */

	/**
	 * How pushes are placed.
	 *
	 * @param retryPolicy the policy for batches that lost a race
	 * @param groupCommit whether pushes of many callers are committed together
	 * @param portableSql whether to use only SQL that any database understands
	 * @param readWait the longest time that a read outside transactions waits for items
	 * to be placed
	 * @param maxAsyncItems the maximum number of items that may wait in memory when an
	 * asynchronous push is added
	 * @param maxAsyncBytes their maximum size, in bytes
	 * @param waitsForRoom whether an asynchronous push beyond these bounds waits for room
	 * instead of being refused
	 * @param listeners the listeners that are notified of pushes and batches
	 */
	public record Settings(RetryPolicy retryPolicy, boolean groupCommit, boolean portableSql, Duration readWait,
			long maxAsyncItems, long maxAsyncBytes, boolean waitsForRoom, List<SequencerListener> listeners) {
	}

	/** The number of items from which a push does not share a commit. */
	private static final int MAX_SHARED_ITEMS = 100;

	/**
	 * The size of the items, in characters, from which a push does not share a commit.
	 */
	private static final int MAX_SHARED_SIZE = 16_384;

	private final TransactionalPlacer transactional;

	private final Optional<PostgresPlacer> postgres;

	private final StackMemories memories;

	private final Retentions retentions;

	private final BatchCommitter committer;

	private final Transactions transactions;

	private final DelayingExecutor executor;

	private final ShutdownGate gate;

	private final boolean grouping;

	private final Backlog backlog;

	private final BatchReporter reporter;

	private final Lanes lanes;

	private final InboxPlacer inbox;

	/**
	 * Creates a sequencer for the stacks of one persistence unit.
	 * @param tables the tables
	 * @param transactions the transactions
	 * @param tenants the tenants
	 * @param executor runs the tasks that place inboxes and asynchronous pushes
	 * @param gate counts the accepted work, and refuses work when the application stops
	 * @param settings how pushes are placed
	 */
	public Sequencer(StructureTables tables, Transactions transactions, Tenants tenants, DelayingExecutor executor,
			ShutdownGate gate, Settings settings) {
		this.transactions = transactions;
		this.executor = executor;
		this.gate = gate;
		this.grouping = settings.groupCommit();
		this.backlog = new Backlog(
				new Backlog.Bounds(settings.maxAsyncItems(), settings.maxAsyncBytes(), settings.waitsForRoom()));
		this.reporter = new BatchReporter(tenants, settings.listeners());
		this.memories = new StackMemories(tenants);
		this.retentions = new Retentions(transactions, tables.subscribers());
		Optional<ManyStacksPlacer> many;
		if (tables.database() == Database.POSTGRESQL && !settings.portableSql()) {
			PostgresPlanWriter writer = new PostgresPlanWriter(transactions, tables);
			PostgresPlacer placer = new PostgresPlacer(transactions, this.memories, tables, writer, this.retentions,
					this.reporter);
			this.postgres = Optional.of(placer);
			this.transactional = new TransactionalPlacer(transactions, tables, writer, this.retentions, this.reporter);
			many = Optional.of(new PostgresManyStacksPlacer(transactions, this.memories, tables.manyStacks(), placer));
		}
		else {
			this.postgres = Optional.empty();
			this.transactional = new TransactionalPlacer(transactions, tables, new PortablePlanWriter(tables),
					this.retentions, this.reporter);
			many = (tables.database() == Database.OTHER) ? Optional.empty()
					: Optional.of(new PortableManyStacksPlacer(transactions, this.transactional));
		}
		this.committer = new BatchCommitter(transactions, this.transactional, this.postgres, settings.retryPolicy(),
				this.reporter);
		Shelter shelter = new Shelter(transactions, tenants, tables.database() == Database.H2);
		Enqueuer enqueuer = new Enqueuer(this.postgres, (definition) -> inbox().wake(definition));
		this.lanes = new Lanes(tenants, (key) -> new Lane(key, this.committer, shelter, enqueuer, executor),
				many.filter((placer) -> this.grouping)
					.map((placer) -> (lanes) -> new SharedLane(placer, this.reporter, shelter, lanes, executor)));
		this.inbox = new InboxPlacer(transactions, tenants, executor, gate, this.transactional, this.committer,
				this.lanes, this.reporter, settings);
	}

	/**
	 * Sets who is told of each stack that this node has changed.
	 */
	public void tell(StackWatch watch) {
		this.reporter.tell(watch);
	}

	/**
	 * Returns the part that places items in callers' transactions.
	 */
	public TransactionalPlacer transactional() {
		return this.transactional;
	}

	/**
	 * Returns the part that places inboxes.
	 */
	public InboxPlacer inbox() {
		return this.inbox;
	}

	/**
	 * Returns what stacks keep for durable subscribers.
	 */
	public Retentions retentions() {
		return this.retentions;
	}

	/**
	 * Returns the listeners that are notified of pushes.
	 */
	public SequencerListeners listeners() {
		return this.reporter.listeners();
	}

	/**
	 * Places items and waits until they are committed. While nodes compete for the stack,
	 * it may write them to the inbox instead, and wait until that is committed. The
	 * caller must not be in a transaction.
	 * @param request the items
	 */
	public void push(PushRequest<?> request) {
		StackRoom.requireToQueue();
		this.transactional.requireNotPruning(request.definition().name());
		PrunerException.unwrapped(() -> {
			if (this.transactions.isWithinOwn()) {
				// the calling thread may lead this lane, or a lane that waits for this
				// one
				return this.committer.commit(List.of(request));
			}
			if (this.transactions.isWithinOther()) {
				this.transactions.releaseIdleConnection();
				this.backlog.add(request);
				return Transactions.await(queue(request));
			}
			return this.transactions.detached(() -> pushInLane(request));
		});
	}

	private PushRequest<?> pushInLane(PushRequest<?> request) {
		if (!this.grouping) {
			this.committer.commit(List.of(request));
			return request;
		}
		this.backlog.add(request);
		QueuedPush push = this.lanes.enter(request, need(request), true);
		try {
			if (push.isShared()) {
				push.placeShared();
			}
			if (!push.isShared()) {
				placeInLane(push.lane(), request);
			}
			return request;
		}
		finally {
			this.lanes.leave(push);
			this.backlog.leave(request);
		}
	}

	private void placeInLane(Lane lane, PushRequest<?> request) {
		if (mayEnqueue(lane, request)) {
			lane.enqueue(request);
		}
		else {
			lane.place(request);
		}
	}

	/**
	 * Returns which lane a push needs. While nodes compete for a stack, and when a layer
	 * becomes full, the lane of the stack is faster.
	 */
	private Lanes.Need need(PushRequest<?> request) {
		JsonArray items = request.items();
		if (request.callsPruner() || items.length() > MAX_SHARED_ITEMS || items.json().length() > MAX_SHARED_SIZE) {
			return Lanes.Need.OWN_LANE;
		}
		StackMemories.Memory memory = this.memories.of(request.definition().name());
		boolean fills = memory.row() != null
				&& memory.row().head().length() + items.length() >= memory.row().head().maxLength();
		return (fills || memory.isContended()) ? Lanes.Need.RATHER_OWN_LANE : Lanes.Need.ANY_LANE;
	}

	/**
	 * Returns whether a push may write its items to the inbox instead of placing them. It
	 * may while nodes compete for the stack, unless a pruner might refuse the push.
	 */
	private boolean mayEnqueue(Lane lane, PushRequest<?> request) {
		String name = request.definition().name();
		return this.postgres.stream().anyMatch((placer) -> placer.isContended(name)) && !request.items().isEmpty()
				&& !request.callsPruner() && !lane.hasItemsToPlace();
	}

	/**
	 * Places items on another thread. If the application is stopping, or if too many
	 * items wait already, the items are refused.
	 * @param request the items
	 * @return a future that completes with the position of the first item once it is
	 * committed; actions that depend on it run on a thread that nothing else needs
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the caller has another future
	public CompletableFuture<Position> pushAsync(PushRequest<?> request) {
		StackRoom.requireToQueue();
		if (!this.gate.enter()) {
			return CompletableFuture.failedFuture(ShutdownGate.refusal());
		}
		boolean queued = false;
		try {
			Optional<RejectedExecutionException> refusal = this.backlog.enter(request, mayWaitForRoom());
			if (refusal.isPresent()) {
				return CompletableFuture.failedFuture(refusal.get());
			}
			CompletableFuture<Position> placed = queue(request);
			CompletableFuture<Position> result = new CompletableFuture<>();
			placed.whenComplete((position, failure) -> {
				this.gate.leave();
				executeCallback(() -> complete(result, position, failure));
			});
			queued = true;
			return result;
		}
		finally {
			if (!queued) {
				this.gate.leave();
			}
		}
	}

	private boolean mayWaitForRoom() {
		return !this.transactions.isActive() && !this.transactions.isWithinOwn() && !this.transactions.isWithinOther();
	}

	private void executeCallback(Runnable callback) {
		try {
			this.executor.executeCallback(callback);
		}
		catch (Throwable ex) { // no future stays open
			callback.run();
		}
	}

	private static void complete(CompletableFuture<Position> result, Position position, @Nullable Throwable failure) {
		if (failure != null) {
			result.completeExceptionally(PrunerException.unwrapped(failure));
		}
		else {
			result.complete(position);
		}
	}

	/**
	 * Queues a push that the backlog has counted.
	 */
	private CompletableFuture<Position> queue(PushRequest<?> request) {
		int items = request.items().length();
		QueuedPush push = this.lanes.enter(request, need(request), false);
		push.lane().addItemsToPlace(items);
		boolean queued = false;
		try {
			CompletableFuture<Position> placed = !this.grouping ? this.inbox.commitAsync(request)
					: push.isShared() ? push.placeSharedAsync() : push.lane().placeAsync(request);
			queued = true;
			return placed.whenComplete((position, failure) -> done(push))
				.exceptionallyCompose((failure) -> CompletableFuture.failedFuture(PrunerException.unwrapped(failure)));
		}
		finally {
			if (!queued) {
				done(push);
			}
		}
	}

	private void done(QueuedPush push) {
		push.lane().addItemsToPlace(-push.request().items().length());
		this.lanes.leave(push);
		this.backlog.leave(push.request());
	}

	/**
	 * Returns how often this node had to repeat batches of a stack, as far as it
	 * remembers.
	 */
	public long conflicts(String stack) {
		return this.reporter.conflicts(stack);
	}

	/**
	 * Returns how long the oldest transaction of this node has waited to be placed, if
	 * any waits.
	 */
	public Optional<Duration> longestWait(String stack) {
		return this.reporter.longestWait(stack);
	}

	/**
	 * Returns how long the oldest transaction of this node has waited to be placed on any
	 * stack, if any waits.
	 */
	public Optional<Duration> longestWait() {
		return this.reporter.longestWait();
	}

	/**
	 * Returns the number of transactions of this node that wait to be placed. Not all are
	 * remembered, so there may be more.
	 */
	public int waitingTransactions() {
		return this.reporter.waitingTransactions();
	}

	/**
	 * Forgets everything that is remembered of a stack.
	 */
	public void forget(String stack) {
		this.reporter.forget(stack);
		this.memories.forget(stack);
	}

	/**
	 * Refuses the queued pushes that are in no batch yet. Pushes whose callers wait are
	 * not refused.
	 */
	public void refuseRest() {
		this.lanes.refuseRest();
	}

}
