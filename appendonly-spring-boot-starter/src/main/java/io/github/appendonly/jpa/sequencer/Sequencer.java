package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

import io.github.appendonly.Position;
import io.github.appendonly.internal.StackRoom;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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
	 * Each stack with work in progress on this node has a lane, which is a group commit.
	 * Its batch is closed first. Then an internal transaction reads the inbox, and places
	 * it before the batch. So the items that a writer committed before it queued a push
	 * are placed before that push.
	 *
	 * A node has one batch of a stack at a time. So only another node, or an
	 * in-transaction placement, can come in between. While nodes compete for a stack on
	 * PostgreSQL, pushes are written to its inbox, as pushes in transactions are.
	 *
	 * Application code that runs within an internal transaction may push too: a pruner,
	 * or a callback after the commit. It must not wait for a lane, since its own thread
	 * may lead that lane. It must not wait for a thread of the executor either, since its
	 * own thread may be the last one.
	 *
	 * A lane is removed when it has no users. So millions of stacks cost nothing. The
	 * same is true of tenants, each of which has its own lanes.
	 */

	private static final Log logger = LogFactory.getLog(Sequencer.class);

	private static final Duration MAX_WAIT = Duration.ofMillis(50);

	/** The time between attempts to place an inbox without group commit. */
	private static final Duration PAUSE = Duration.ofMillis(10);

	/** The time for which committed transactions are gathered, to place them together. */
	private static final Duration GATHERING_TIME = Duration.ofMillis(5);

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

	private final TransactionalPlacer transactional;

	private final Optional<PostgresPlacer> postgres;

	private final BatchCommitter committer;

	private final Shelter shelter;

	private final Enqueuer enqueuer;

	private final Transactions transactions;

	private final Tenants tenants;

	private final DelayingExecutor executor;

	private final ShutdownGate gate;

	private final boolean grouping;

	private final Duration readWait;

	private final Backlog backlog;

	private final BatchReporter reporter;

	private final Set<Object> woken = ConcurrentHashMap.newKeySet();

	private final Map<Object, Lane> lanes = new ConcurrentHashMap<>();

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
		this.tenants = tenants;
		this.executor = executor;
		this.gate = gate;
		this.grouping = settings.groupCommit();
		this.readWait = settings.readWait();
		this.backlog = new Backlog(
				new Backlog.Bounds(settings.maxAsyncItems(), settings.maxAsyncBytes(), settings.waitsForRoom()));
		this.reporter = new BatchReporter(tenants, settings.listeners());
		if (tables.database() == Database.POSTGRESQL && !settings.portableSql()) {
			PostgresPlanWriter writer = new PostgresPlanWriter(transactions, tables);
			PostgresPlacer placer = new PostgresPlacer(transactions, tenants, tables, writer, this.reporter);
			this.postgres = Optional.of(placer);
			this.transactional = new TransactionalPlacer(transactions, tables, writer, this.reporter);
		}
		else {
			this.postgres = Optional.empty();
			this.transactional = new TransactionalPlacer(transactions, tables, new PortablePlanWriter(tables),
					this.reporter);
		}
		this.committer = new BatchCommitter(transactions, this.transactional, this.postgres, settings.retryPolicy(),
				this.reporter);
		this.shelter = new Shelter(transactions, tenants, tables.database() == Database.H2);
		this.enqueuer = new Enqueuer(this.postgres, this::wake);
	}

	/**
	 * Returns the part that places items in callers' transactions.
	 */
	public TransactionalPlacer transactional() {
		return this.transactional;
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
		Lane lane = enterLane(request.definition().name());
		try {
			if (mayEnqueue(lane, request)) {
				lane.enqueue(request);
			}
			else {
				lane.place(request);
			}
			return request;
		}
		finally {
			leaveLane(lane);
			this.backlog.leave(request);
		}
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
		Lane lane = enterLane(request.definition().name());
		lane.addItemsToPlace(items);
		boolean queued = false;
		try {
			CompletableFuture<Position> placed = this.grouping ? lane.placeAsync(request) : commitAsync(request);
			queued = true;
			return placed.whenComplete((position, failure) -> done(lane, request))
				.exceptionallyCompose((failure) -> CompletableFuture.failedFuture(PrunerException.unwrapped(failure)));
		}
		finally {
			if (!queued) {
				done(lane, request);
			}
		}
	}

	private void done(Lane lane, PushRequest<?> request) {
		lane.addItemsToPlace(-request.items().length());
		leaveLane(lane);
		this.backlog.leave(request);
	}

	private CompletableFuture<Position> commitAsync(PushRequest<?> request) {
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
			placed = await(drain(definition, Lane::drainAsync), begun);
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
			return await(drain(definition, definition.pruner().isPresent() ? Lane::drainAsync : Lane::drain), begun);
		}
		catch (RejectedExecutionException ex) {
			return drainHere(definition, begun); // the application is stopping
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
		return this.readWait.toNanos() - (System.nanoTime() - begun);
	}

	/**
	 * Waits for a batch as long as a read may wait. An interrupt does not end the wait.
	 * @return whether the batch is done
	 */
	private boolean await(CompletableFuture<Position> placed, long begun) {
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

	private CompletableFuture<Position> drain(StackDefinition<?> definition,
			BiFunction<Lane, PushRequest<?>, CompletableFuture<Position>> draining) {
		Lane lane = enterLane(definition.name());
		return draining.apply(lane, PushRequest.drain(definition)).whenComplete((position, failure) -> leaveLane(lane));
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
		placeSoon(definition, GATHERING_TIME);
	}

	/**
	 * Requests that the inbox of a stack is placed, because its items have waited for
	 * long. This never waits and never fails.
	 * @param definition the stack
	 */
	public void placeSoon(StackDefinition<?> definition) {
		placeSoon(definition, Duration.ZERO);
	}

	private void placeSoon(StackDefinition<?> definition, Duration delay) {
		Object key = this.tenants.key(definition.name());
		if (!this.woken.add(key)) {
			return;
		}
		if (!this.gate.enter()) {
			this.woken.remove(key);
			return;
		}
		try {
			this.executor.execute(() -> placeWoken(key, definition), delay);
		}
		catch (Throwable ex) { // also if there is no memory for a thread
			this.woken.remove(key);
			this.gate.leave();
			if (!(ex instanceof RejectedExecutionException)) {
				throw ex;
			}
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // the batch reports its failure
	private void placeWoken(Object key, StackDefinition<?> definition) {
		this.woken.remove(key);
		boolean queued = false;
		try {
			CompletableFuture<Position> placed = this.grouping ? drain(definition, Lane::drain)
					: commitAsync(PushRequest.drain(definition));
			placed.whenComplete((position, failure) -> this.gate.leave());
			queued = true;
		}
		finally {
			if (!queued) {
				this.gate.leave();
			}
		}
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
			drain(definition, Lane::drainAsync).get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.debug("Reading stack '" + name + "' without waiting any longer for its inbox", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isUnderWay(Object key) {
		return this.woken.contains(key) || this.lanes.containsKey(key);
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
	 * Forgets everything that is remembered of a stack.
	 */
	public void forget(String stack) {
		this.reporter.forget(stack);
		this.postgres.ifPresent((placer) -> placer.forget(stack));
	}

	/**
	 * Refuses the queued pushes that are in no batch yet. Pushes whose callers wait are
	 * not refused.
	 */
	public void refuseRest() {
		this.lanes.values().forEach((lane) -> lane.refuse(ShutdownGate.refusal()));
	}

	private Lane enterLane(String stack) {
		return this.lanes
			.compute(
					this.tenants.key(stack), (key,
							present) -> ((present != null) ? present
									: new Lane(key, this.committer, this.shelter, this.enqueuer, this.executor))
								.addUser());
	}

	private void leaveLane(Lane used) {
		this.lanes.computeIfPresent(used.key(), (key, lane) -> lane.removeUser() ? lane : null);
	}

}
