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

import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.retry.RetryPolicy;

/**
 * Gives items their positions: the one place where a stack's row is written outside of
 * callers' transactions.
 */
public final class Sequencer {

	/*
	 * Each stack that has something under way in this JVM has a lane: a group commit. Its
	 * batch is closed first; then, in a transaction of our own, the inbox is read and
	 * placed before the batch. So the items that a writer committed before it queued a
	 * push are placed before that push.
	 *
	 * Within a JVM there is one batch of a stack at a time, so only another node, or an
	 * in-transaction placement, can get in between. While nodes compete for a stack on
	 * PostgreSQL, pushes are left in its inbox, as those in transactions are.
	 *
	 * Code of the user that runs within our transaction, a pruner or a callback after the
	 * commit, may push too. It must not wait for a lane, since its own thread may have
	 * the lead of it, nor for a thread of the executor, since it may be the last one.
	 *
	 * A lane is dropped when nobody uses it, so that millions of stacks cost nothing, nor
	 * do tenants, each of which has lanes of its own.
	 */

	private static final Log logger = LogFactory.getLog(Sequencer.class);

	private static final Duration AWAIT = Duration.ofMillis(50);

	/** How long transactions that commit are gathered, to place them together. */
	private static final Duration PAUSE = Duration.ofMillis(5);

	/**
	 * How pushes are placed.
	 *
	 * @param retryPolicy the policy for batches that lost a race
	 * @param groupCommit whether pushes of many callers are committed together
	 * @param portableSql whether to use only SQL that any database knows
	 * @param listeners told of the pushes and batches
	 */
	public record Settings(RetryPolicy retryPolicy, boolean groupCommit, boolean portableSql,
			List<SequencerListener> listeners) {
	}

	private final TransactionalPlacer transactional;

	private final Optional<PostgresPlacer> postgres;

	private final BatchCommitter committer;

	private final Enqueuer enqueuer;

	private final Transactions transactions;

	private final Tenants tenants;

	private final DelayingExecutor executor;

	private final ShutdownGate gate;

	private final boolean grouping;

	private final BatchReporter reporter;

	private final Set<Object> woken = ConcurrentHashMap.newKeySet();

	private final Map<Object, Lane> lanes = new ConcurrentHashMap<>();

	/**
	 * A sequencer for the stacks of one persistence unit.
	 * @param tables the tables
	 * @param transactions the transactions
	 * @param tenants the tenants
	 * @param executor places inboxes and asynchronous pushes
	 * @param gate knows when the application stops
	 * @param settings how pushes are placed
	 */
	public Sequencer(StructureTables tables, Transactions transactions, Tenants tenants, DelayingExecutor executor,
			ShutdownGate gate, Settings settings) {
		this.transactions = transactions;
		this.tenants = tenants;
		this.executor = executor;
		this.gate = gate;
		this.grouping = settings.groupCommit();
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
		this.enqueuer = new Enqueuer(this.postgres, this::wake);
	}

	/**
	 * Places items in the transactions of callers.
	 */
	public TransactionalPlacer transactional() {
		return this.transactional;
	}

	/**
	 * The listeners that pushes are told to.
	 */
	public SequencerListeners listeners() {
		return this.reporter.listeners();
	}

	/**
	 * Places items for good, or leaves them in the inbox for good, and waits for it. The
	 * caller is in no transaction.
	 * @param request the items
	 */
	public void push(PushRequest<?> request) {
		this.transactional.requireNotPruning(request.definition().name());
		PrunerException.unwrapped(() -> {
			if (this.transactions.isWithinOwn()) {
				// the calling thread may be leading the lane, or one that waits for this
				return this.committer.commit(List.of(request));
			}
			if (this.transactions.isWithinOther()) {
				this.transactions.releaseIdleConnection();
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
		Lane lane = enter(request.definition().name());
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
			leave(lane);
		}
	}

	/**
	 * Whether a push is to leave its items in the inbox: where nodes compete for the
	 * stack, and if nobody waits for the pruner's verdict.
	 */
	private boolean mayEnqueue(Lane lane, PushRequest<?> request) {
		String name = request.definition().name();
		return this.postgres.stream().anyMatch((placer) -> placer.isContended(name)) && !request.items().isEmpty()
				&& !request.callsPruner() && !lane.hasItemsToPlace();
	}

	/**
	 * Places items for good, on another thread, unless the application is stopping.
	 * @param request the items
	 * @return completed with the position of the first item
	 */
	public CompletableFuture<Position> pushAsync(PushRequest<?> request) {
		return this.gate.enter() ? queueTaken(request) : CompletableFuture.failedFuture(ShutdownGate.refusal());
	}

	/**
	 * Places items that were taken in. They have left when their future is done.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the caller has the future itself
	private CompletableFuture<Position> queueTaken(PushRequest<?> request) {
		boolean queued = false;
		try {
			CompletableFuture<Position> placed = queue(request);
			placed.whenComplete((position, failure) -> this.gate.leave());
			queued = true;
			return placed;
		}
		finally {
			if (!queued) {
				this.gate.leave();
			}
		}
	}

	private CompletableFuture<Position> queue(PushRequest<?> request) {
		int items = request.items().length();
		Lane lane = enter(request.definition().name());
		lane.itemsToPlace(items);
		CompletableFuture<Position> placed = this.grouping ? lane.placeAsync(request) : commitAsync(request);
		return placed.whenComplete((position, failure) -> {
			lane.itemsToPlace(-items);
			leave(lane);
		}).exceptionallyCompose((failure) -> CompletableFuture.failedFuture(PrunerException.unwrapped(failure)));
	}

	private CompletableFuture<Position> commitAsync(PushRequest<?> request) {
		try {
			return this.gate.supply(() -> this.committer.commit(List.of(request)).get(0), this.executor);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Places the inbox of a stack, and waits for it. The caller is in no transaction.
	 * @param definition the stack
	 */
	public void drain(StackDefinition<?> definition) {
		push(PushRequest.drain(definition));
	}

	/**
	 * Places the inbox of a stack in a batch of its own, and waits for it. The caller is
	 * in no transaction.
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
	 * Has the inbox of a stack placed soon. Never waits and never fails: items that are
	 * not placed now are placed with the next push or read, or at the next start.
	 * @param definition the stack
	 */
	public void wake(StackDefinition<?> definition) {
		if (!this.grouping) {
			return;
		}
		this.reporter.waits(definition.name());
		Object key = this.tenants.key(definition.name());
		if (!this.woken.add(key)) {
			return;
		}
		if (!this.gate.enter()) {
			this.woken.remove(key);
			return;
		}
		try {
			this.executor.execute(() -> placeWoken(key, definition), PAUSE);
		}
		catch (RejectedExecutionException ex) {
			this.woken.remove(key);
			this.gate.leave();
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // the batch reports its failure
	private void placeWoken(Object key, StackDefinition<?> definition) {
		this.woken.remove(key);
		queueTaken(PushRequest.drain(definition));
	}

	/**
	 * Waits until all that is under way for a stack is placed, but not for long: the
	 * caller may hold the connection or the lock that placing needs.
	 * @param definition the stack
	 */
	public void awaitUnderWay(StackDefinition<?> definition) {
		String name = definition.name();
		if (!this.grouping || !isUnderWay(this.tenants.key(name))) {
			return;
		}
		try {
			queue(PushRequest.drain(definition)).get(AWAIT.toMillis(), TimeUnit.MILLISECONDS);
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
	 * How often a batch of a stack had to be repeated by this node, as far as it
	 * remembers.
	 */
	public long conflicts(String stack) {
		return this.reporter.conflicts(stack);
	}

	/**
	 * How long the oldest transaction of this node waits to be placed, if any does.
	 */
	public Optional<Duration> longestWait(String stack) {
		return this.reporter.longestWait(stack);
	}

	/**
	 * Forgets all that it remembers of a stack.
	 */
	public void forget(String stack) {
		this.reporter.forget(stack);
		this.postgres.ifPresent((placer) -> placer.forget(stack));
	}

	/**
	 * Refuses what was queued and is in no batch yet, except for callers who wait.
	 */
	public void refuseRest() {
		this.lanes.values().forEach((lane) -> lane.refuse(ShutdownGate.refusal()));
	}

	private Lane enter(String stack) {
		return this.lanes.compute(this.tenants.key(stack), (key,
				present) -> ((present != null) ? present : new Lane(key, this.committer, this.enqueuer, this.executor))
					.entered());
	}

	private void leave(Lane left) {
		this.lanes.computeIfPresent(left.key(), (key, lane) -> lane.left() ? lane : null);
	}

}
