package io.github.appendonly.jpa;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.commit.GroupCommit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.UnexpectedRollbackException;

/**
 * Gives items their positions: the one place where a stack's row is written outside of
 * callers' transactions.
 */
final class Sequencer {

	/*
	 * Each stack that has something under way in this JVM has a lane: a group commit. Its
	 * batch is closed first; then, in a transaction of our own, the inbox is read and
	 * placed before the batch. So what a writer committed before it queued a push is
	 * placed before that push.
	 *
	 * Within a JVM there is one batch of a stack at a time, so only another node, or a
	 * transaction that places by itself, can get in between. The first try is optimistic:
	 * it reads the row without a lock and replaces it if the version still fits (on
	 * PostgreSQL, it does not even take a transaction). After a lost race the row is read
	 * with a lock, so that each batch gets through and no node starves. That is safe to
	 * repeat: the transaction holds nothing but our own work. While nodes compete for a
	 * stack on PostgreSQL, pushes are left in its inbox, as those in transactions are.
	 *
	 * If the commit itself fails it may have happened all the same. Only a failure that
	 * says otherwise (a concurrency failure is one) is tried again. A unique key that is
	 * violated mostly is a race lost by one of our own statements. When all of them have
	 * run, it is what a pruner has left in the session, and calling it again would not
	 * help.
	 *
	 * Code of the user that runs within our transaction, a pruner or a callback after the
	 * commit, may push too. It must not wait for a lane, since its own thread may have
	 * the lead of it, nor for a thread of the executor, since it may be the last one.
	 *
	 * A lane is dropped when nobody uses it, so that millions of stacks cost nothing, nor
	 * do tenants, each of which has lanes of its own.
	 */

	private static final Log logger = LogFactory.getLog(Sequencer.class);

	private static final int MAX_BATCH = 2000;

	private static final Duration AWAIT = Duration.ofMillis(50);

	/** How long transactions that commit are gathered, to place them together. */
	private static final Duration PAUSE = Duration.ofMillis(5);

	private final StackStore store;

	private final Optional<DirectPlacing> direct;

	private final Transactions transactions;

	private final Tenants tenants;

	private final DelayingExecutor executor;

	private final Intake intake;

	private final RetryTemplate retries;

	private final boolean grouping;

	private final BatchReports reports;

	private final Set<Object> woken = ConcurrentHashMap.newKeySet();

	private final Map<Object, Lane> lanes = new ConcurrentHashMap<>();

	Sequencer(StackStore store, Optional<DirectPlacing> direct, Transactions transactions, Tenants tenants,
			DelayingExecutor executor, Intake intake, RetryPolicy retryPolicy, boolean grouping, BatchReports reports) {
		this.store = store;
		this.direct = direct;
		this.transactions = transactions;
		this.tenants = tenants;
		this.executor = executor;
		this.intake = intake;
		this.retries = new RetryTemplate(retryPolicy);
		this.grouping = grouping;
		this.reports = reports;
	}

	/**
	 * Places items for good, or leaves them in the inbox for good, and waits for it. The
	 * caller is in no transaction.
	 * @param request the items
	 */
	void push(PushRequest<?> request) {
		this.store.requireNotPruning(request.definition().name());
		try {
			if (this.transactions.isWithinOwn()) {
				// the calling thread may be leading the lane, or one that waits for this
				commit(List.of(request));
			}
			else if (this.transactions.isWithinOther()) {
				this.transactions.releaseIdleConnection();
				Transactions.await(queue(request));
			}
			else {
				this.transactions.detached(() -> pushInLane(request));
			}
		}
		catch (PushRequest.PrunerException ex) {
			throw ex.failure();
		}
	}

	private Object pushInLane(PushRequest<?> request) {
		if (!this.grouping) {
			return commit(List.of(request));
		}
		Lane lane = enter(request.definition().name());
		try {
			return lane.mayEnqueue(request) ? lane.inbox.commit(request) : lane.group.commit(request);
		}
		finally {
			leave(lane);
		}
	}

	/**
	 * Places items for good, on another thread, unless the application is stopping.
	 * @param request the items
	 * @return completed with the position of the first item
	 */
	CompletableFuture<Position> pushAsync(PushRequest<?> request) {
		return this.intake.enter() ? queueTaken(request) : CompletableFuture.failedFuture(Intake.refusal());
	}

	/**
	 * Places items that were taken in. They have left when their future is done.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the caller has the future itself
	private CompletableFuture<Position> queueTaken(PushRequest<?> request) {
		boolean queued = false;
		try {
			CompletableFuture<Position> placed = queue(request);
			placed.whenComplete((position, failure) -> this.intake.leave());
			queued = true;
			return placed;
		}
		finally {
			if (!queued) {
				this.intake.leave();
			}
		}
	}

	private CompletableFuture<Position> queue(PushRequest<?> request) {
		int items = request.items().length();
		Lane lane = enter(request.definition().name());
		lane.itemsToPlace.addAndGet(items);
		CompletableFuture<Position> placed = this.grouping ? lane.group.commitAsync(request) : commitAsync(request);
		return placed.whenComplete((position, failure) -> {
			lane.itemsToPlace.addAndGet(-items);
			leave(lane);
		}).exceptionallyCompose((failure) -> CompletableFuture.failedFuture(asSeenByCaller(failure)));
	}

	private CompletableFuture<Position> commitAsync(PushRequest<?> request) {
		try {
			return this.intake.supply(() -> commit(List.of(request)).get(0), this.executor);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static Throwable asSeenByCaller(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof PushRequest.PrunerException pruner) ? pruner.failure() : cause;
	}

	/**
	 * Places what waits in a stack's inbox, and waits for it. The caller is in no
	 * transaction.
	 * @param definition the stack
	 */
	void drain(StackDefinition<?> definition) {
		push(PushRequest.drain(definition));
	}

	/**
	 * Places what waits in a stack's inbox in a batch of its own, and waits for it. The
	 * caller is in no transaction.
	 * @param definition the stack
	 * @return the number of items that this batch has placed
	 */
	int place(StackDefinition<?> definition) {
		List<PushRequest<?>> drain = List.of(PushRequest.drain(definition));
		return this.transactions.detached(() -> this.reports.batch(drain, (report) -> {
			commitReported(drain);
			return report.items();
		}));
	}

	/**
	 * Has what waits in a stack's inbox placed soon. Never waits and never fails: what is
	 * not placed now is placed with the next push or read, or at the next start.
	 * @param definition the stack
	 */
	void wake(StackDefinition<?> definition) {
		if (!this.grouping) {
			return;
		}
		this.reports.waits(definition.name());
		Object key = this.tenants.key(definition.name());
		if (!this.woken.add(key)) {
			return;
		}
		if (!this.intake.enter()) {
			this.woken.remove(key);
			return;
		}
		try {
			this.executor.execute(() -> placeWoken(key, definition), PAUSE);
		}
		catch (RejectedExecutionException ex) {
			this.woken.remove(key);
			this.intake.leave();
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // the batch reports its failure
	private void placeWoken(Object key, StackDefinition<?> definition) {
		this.woken.remove(key);
		queueTaken(PushRequest.drain(definition));
	}

	/**
	 * Waits until what is under way for a stack is placed, but not for long: the caller
	 * may hold the connection or the lock that placing needs.
	 * @param definition the stack
	 */
	void awaitUnderWay(StackDefinition<?> definition) {
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
	long conflicts(String stack) {
		return this.reports.conflicts(stack);
	}

	/**
	 * Forgets what it remembers of a stack.
	 */
	void forget(String stack) {
		this.reports.forget(stack);
		this.direct.ifPresent((direct) -> direct.forget(stack));
	}

	/**
	 * Refuses what was queued and is in no batch yet, but for callers who wait.
	 */
	void refuseRest() {
		this.lanes.values().forEach((lane) -> lane.group.refuse(Intake.refusal()));
	}

	private Lane enter(String stack) {
		return this.lanes.compute(this.tenants.key(stack), (key, present) -> {
			Lane lane = (present != null) ? present : new Lane(key);
			lane.users++;
			return lane;
		});
	}

	private void leave(Lane left) {
		this.lanes.computeIfPresent(left.key, (key, lane) -> (--lane.users == 0) ? null : lane);
	}

	/**
	 * Commits a batch. If it only has to place the inbox, it does not fail by a pruner,
	 * wherever in the transaction that fails: readers may wait for it.
	 */
	private List<Position> commit(List<PushRequest<?>> batch) {
		return this.reports.batch(batch, (report) -> commitReported(batch));
	}

	private List<Position> commitReported(List<PushRequest<?>> batch) {
		try {
			return commit(batch, true);
		}
		catch (RuntimeException ex) {
			boolean bringsItems = batch.stream().anyMatch((request) -> !request.items().isEmpty());
			if (bringsItems || batch.stream().noneMatch(PushRequest::callsPruner)) {
				throw ex;
			}
			this.reports.notPruned(batch.get(0).definition().name(), ex);
			return commit(batch, false);
		}
	}

	private List<Position> commit(List<PushRequest<?>> batch, boolean prunes) {
		Optional<List<Position>> positions = prunes ? placeDirectly(batch) : Optional.empty();
		while (positions.isEmpty()) {
			AtomicBoolean again = new AtomicBoolean(this.direct.isPresent());
			positions = this.retries.invoke(() -> attempt(batch, new StackStore.Mode(again.getAndSet(true), prunes)));
		}
		return positions.get();
	}

	private Optional<List<Position>> placeDirectly(List<PushRequest<?>> batch) {
		return this.direct.flatMap((direct) -> this.transactions
			.detached(() -> this.transactions.readsCommittedByDefault() ? direct.place(batch) : Optional.empty()));
	}

	private Optional<List<Position>> attempt(List<PushRequest<?>> batch, StackStore.Mode mode) {
		AtomicBoolean placed = new AtomicBoolean();
		try {
			Optional<List<Position>> positions = this.transactions.inOwnOnce(() -> {
				Optional<List<Position>> found = this.store.place(batch, mode);
				placed.set(true);
				return found;
			});
			this.reports.committed();
			return positions;
		}
		catch (RuntimeException ex) {
			String stack = batch.get(0).definition().name();
			if (placed.get() && ex instanceof DataIntegrityViolationException) {
				throw new PushRequest.PrunerException(
						"What a pruner of stack '" + stack + "' has written cannot be committed: " + ex.getMessage(),
						ex);
			}
			if (Transactions.isTransient(ex)) {
				this.reports.conflict(stack);
			}
			else if (placed.get() && !(ex instanceof UnexpectedRollbackException)) {
				throw new UncertainCommitException("The commit of a batch for stack '" + stack
						+ "' failed; its items may have been stored all the same", ex);
			}
			throw ex;
		}
	}

	private static boolean isFaultOfRequest(Exception failure) {
		return !Transactions.isTransient(failure) && !Transactions.isOutage(failure);
	}

	/**
	 * Commits what came together.
	 */
	private final class Batches implements GroupCommit.Committer<PushRequest<?>, Position> {

		@Override
		public List<Position> commit(List<PushRequest<?>> batch) {
			return Sequencer.this.commit(batch);
		}

		@Override
		public boolean isFaultOfItem(Exception failure) {
			return isFaultOfRequest(failure);
		}

	}

	/**
	 * Leaves in the inbox what came together.
	 */
	private final class Enqueuing implements GroupCommit.Committer<PushRequest<?>, PushRequest<?>> {

		@Override
		public List<PushRequest<?>> commit(List<PushRequest<?>> batch) {
			Sequencer.this.direct.orElseThrow().enqueue(batch);
			wake(batch.get(0).definition());
			return batch;
		}

		@Override
		public boolean isFaultOfItem(Exception failure) {
			return isFaultOfRequest(failure);
		}

	}

	/**
	 * What is under way for one stack.
	 */
	private final class Lane {

		private final Object key;

		private final GroupCommit<PushRequest<?>, Position> group = new GroupCommit<>(new Batches(),
				Sequencer.this.executor, MAX_BATCH);

		private final GroupCommit<PushRequest<?>, PushRequest<?>> inbox = new GroupCommit<>(new Enqueuing(),
				Sequencer.this.executor, MAX_BATCH);

		private final AtomicInteger itemsToPlace = new AtomicInteger();

		private int users;

		Lane(Object key) {
			this.key = key;
		}

		/**
		 * Whether a push is to leave its items in the inbox: where nodes compete for the
		 * stack, and if nobody waits for the pruner's verdict. What this node was asked
		 * before to place comes first.
		 */
		boolean mayEnqueue(PushRequest<?> request) {
			String name = request.definition().name();
			return Sequencer.this.direct.stream().anyMatch((direct) -> direct.isContended(name))
					&& !request.items().isEmpty() && !request.callsPruner() && this.itemsToPlace.get() == 0;
		}

	}

}
