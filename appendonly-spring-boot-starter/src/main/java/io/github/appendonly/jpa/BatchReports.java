package io.github.appendonly.jpa;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ConcurrentLruCache;

/**
 * Gathers what becomes of pushes and batches, and tells it to the log and to listeners.
 */
final class BatchReports {

	/*
	 * The report of a batch is bound to the thread that places it, so that those who know
	 * a number can add it without handing the report through all that lies between. A
	 * pruner that pushes elsewhere has a batch within the batch; the outer one comes back
	 * when that ends.
	 *
	 * What a plan says counts when its transaction has committed: until then it may be
	 * tried again.
	 */

	private static final Log logger = LogFactory.getLog(BatchReports.class);

	private static final int MAX_COUNTERS = 10_000;

	/** How many transactions are remembered that wait to be placed, of all stacks. */
	private static final int MAX_WAITING = 10_000;

	/**
	 * A transaction that has committed.
	 */
	private record Waiting(long since, @Nullable Object origin) {
	}

	private final Tenants tenants;

	private final List<SequencerListener> listeners;

	private final FailureLog failures = new FailureLog(logger, System::nanoTime);

	private final Map<Object, Queue<Waiting>> waiting = new ConcurrentHashMap<>();

	private final AtomicInteger waitingCount = new AtomicInteger();

	private final ConcurrentLruCache<Object, LongAdder> conflicts = new ConcurrentLruCache<>(MAX_COUNTERS,
			(stack) -> new LongAdder());

	BatchReports(Tenants tenants, List<SequencerListener> listeners) {
		this.tenants = tenants;
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * A request that knows where it comes from, if anybody wants to know.
	 */
	<T> PushRequest<T> withOrigin(PushRequest<T> request) {
		Object origin = origin();
		return (origin != null) ? request.from(origin) : request;
	}

	private @Nullable Object origin() {
		for (SequencerListener listener : this.listeners) {
			Object origin = ask(listener::origin);
			if (origin != null) {
				return origin;
			}
		}
		return null;
	}

	/**
	 * Runs a push, and tells how it ended.
	 */
	void push(String stack, SequencerListener.Way way, Runnable push) {
		if (this.listeners.isEmpty()) {
			push.run();
			return;
		}
		long begun = System.nanoTime();
		SequencerListener.Outcome outcome = SequencerListener.Outcome.FAILURE;
		try {
			push.run();
			outcome = SequencerListener.Outcome.SUCCESS;
		}
		catch (UncertainCommitException ex) {
			outcome = SequencerListener.Outcome.UNCERTAIN;
			throw ex;
		}
		finally {
			pushed(stack, way, outcome, begun);
		}
	}

	/**
	 * Tells how a push ends that has begun.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the caller has the future itself
	<R> CompletableFuture<R> push(String stack, CompletableFuture<R> push, long begun) {
		if (!this.listeners.isEmpty()) {
			push.whenComplete((result, failure) -> {
				boolean uncertain = failure instanceof UncertainCommitException
						|| (failure != null && failure.getCause() instanceof UncertainCommitException);
				pushed(stack, SequencerListener.Way.GROUP,
						(failure == null) ? SequencerListener.Outcome.SUCCESS
								: uncertain ? SequencerListener.Outcome.UNCERTAIN : SequencerListener.Outcome.FAILURE,
						begun);
			});
		}
		return push;
	}

	private void pushed(String stack, SequencerListener.Way way, SequencerListener.Outcome outcome, long begun) {
		SequencerListener.Push push = new SequencerListener.Push(stack, way, outcome, since(begun));
		tell((listener) -> listener.pushed(push));
	}

	/**
	 * Notes that a transaction has committed, whose items wait to be placed.
	 */
	void waits(String stack) {
		if (this.waitingCount.get() < MAX_WAITING) {
			Waiting committed = new Waiting(System.nanoTime(), origin());
			this.waiting.compute(this.tenants.key(stack), (name, present) -> {
				Queue<Waiting> all = (present != null) ? present : new ArrayDeque<>();
				all.add(committed);
				return all;
			});
			this.waitingCount.incrementAndGet();
		}
	}

	/**
	 * How long the oldest transaction of this node waits to be placed, if any does.
	 */
	Optional<Duration> longestWait(String stack) {
		return waiting(stack).stream().findFirst().map((waiting) -> since(waiting.since()));
	}

	private List<Waiting> waiting(String stack) {
		List<Waiting> all = new ArrayList<>();
		this.waiting.computeIfPresent(this.tenants.key(stack), (name, present) -> {
			all.addAll(present);
			return present;
		});
		return all;
	}

	/**
	 * Takes those that committed before a moment: a batch that began then, and read the
	 * inbox to its end, has placed them.
	 */
	private List<Waiting> takeWaiting(String stack, long until) {
		List<Waiting> taken = new ArrayList<>();
		this.waiting.computeIfPresent(this.tenants.key(stack), (name, present) -> {
			for (Iterator<Waiting> all = present.iterator(); all.hasNext();) {
				Waiting waiting = all.next();
				if (waiting.since() - until <= 0) {
					taken.add(waiting);
					all.remove();
				}
			}
			return present.isEmpty() ? null : present;
		});
		this.waitingCount.addAndGet(-taken.size());
		return taken;
	}

	/**
	 * How often a batch of a stack had to be repeated, as far as it is remembered.
	 */
	long conflicts(String stack) {
		Object key = this.tenants.key(stack);
		return this.conflicts.contains(key) ? this.conflicts.get(key).sum() : 0;
	}

	/**
	 * Counts that somebody else has changed a stack in between.
	 */
	void conflict(String stack) {
		this.conflicts.get(this.tenants.key(stack)).increment();
		Report report = current();
		if (report != null) {
			report.conflicts++;
			logger.debug("A batch for stack '" + stack + "' has lost a race and is repeated");
		}
	}

	/**
	 * Forgets a stack.
	 */
	void forget(String stack) {
		this.conflicts.remove(this.tenants.key(stack));
		takeWaiting(stack, System.nanoTime());
	}

	/**
	 * Notes how a batch has found its stack.
	 */
	void found(StackHead head) {
		Report report = current();
		if (report != null) {
			report.before = head;
		}
	}

	/**
	 * Notes what a batch does, once that is committed.
	 */
	void planned(BatchPlan plan) {
		Report report = current();
		if (report != null) {
			report.open = plan;
		}
	}

	/**
	 * Counts what was noted last.
	 */
	void committed() {
		Report report = current();
		if (report != null) {
			report.commit();
		}
	}

	/**
	 * Notes that a batch is placed without pruning, since a pruner has failed.
	 */
	void notPruned(String stack, RuntimeException failure) {
		RuntimeException cause = asSeenByPruner(failure);
		this.failures.warn("pruner of " + stack, "Layers of stack '" + stack + "'" + position()
				+ " stay beyond the bounds, as its pruner has failed; the next push tries again", cause);
		tell((listener) -> listener.notPruned(stack, cause));
	}

	private static RuntimeException asSeenByPruner(RuntimeException failure) {
		return (failure instanceof PushRequest.PrunerException pruner) ? pruner.failure() : failure;
	}

	private String position() {
		Report report = current();
		return (report != null) ? report.position() : "";
	}

	/**
	 * Runs a batch, and reports on it.
	 */
	<R> R batch(List<PushRequest<?>> requests, Function<Report, R> work) {
		String stack = requests.get(0).definition().name();
		Report outer = current();
		Report report = new Report(stack, requests);
		List<Consumer<SequencerListener.Batch>> ends = begun(report);
		bind(report);
		Throwable failure = null;
		try {
			return work.apply(report);
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			bind(outer);
			end(report, failure, ends);
		}
	}

	private @Nullable Report current() {
		return (Report) TransactionSynchronizationManager.getResource(this);
	}

	private void bind(@Nullable Report report) {
		TransactionSynchronizationManager.unbindResourceIfPossible(this);
		if (report != null) {
			TransactionSynchronizationManager.bindResource(this, report);
		}
	}

	private List<Consumer<SequencerListener.Batch>> begun(Report report) {
		if (this.listeners.isEmpty()) {
			return List.of();
		}
		List<Object> origins = new ArrayList<>();
		waiting(report.stack).forEach((waiting) -> addIfKnown(origins, waiting.origin()));
		report.requests.forEach((request) -> addIfKnown(origins, request.origin()));
		List<Consumer<SequencerListener.Batch>> ends = new ArrayList<>();
		for (SequencerListener listener : this.listeners) {
			Consumer<SequencerListener.Batch> end = ask(() -> listener.begun(report.stack, List.copyOf(origins)));
			if (end != null) {
				ends.add(0, end);
			}
		}
		return ends;
	}

	private static void addIfKnown(List<Object> origins, @Nullable Object origin) {
		if (origin != null) {
			origins.add(origin);
		}
	}

	private void end(Report report, @Nullable Throwable failure, List<Consumer<SequencerListener.Batch>> ends) {
		String stack = report.stack;
		if (failure == null) {
			report.placed = takeWaiting(stack, report.begun);
			this.failures.recovered("inbox of " + stack, "The inbox of stack '" + stack + "' is placed again");
		}
		else if (report.leavesInbox(failure)) {
			this.failures.warn("inbox of " + stack, "What waits in the inbox of stack '" + stack
					+ "' could not be placed" + report.position() + "; the next push or read tries again", failure);
			tell((listener) -> listener.notPlaced(stack, failure));
		}
		if (logger.isDebugEnabled()) {
			logger.debug(report.story(failure));
		}
		if (!ends.isEmpty()) {
			SequencerListener.Batch batch = report.batch(failure);
			ends.forEach((end) -> ask(() -> {
				end.accept(batch);
				return null;
			}));
		}
		if (report.pruned > 0) {
			pruned(report);
		}
	}

	private void pruned(Report report) {
		this.failures.recovered("pruner of " + report.stack,
				"The layers of stack '" + report.stack + "' are within the bounds again");
		tell((listener) -> listener.pruned(report.stack, report.pruned, report.archived));
	}

	/**
	 * Places in the caller's transaction, until all is placed; what is pruned counts when
	 * that has committed.
	 */
	List<Position> inTransaction(List<PushRequest<?>> requests, Supplier<Optional<List<Position>>> work) {
		Report outer = current();
		Report report = new Report(requests.get(0).definition().name(), requests);
		bind(report);
		Optional<List<Position>> positions = Optional.empty();
		try {
			while (positions.isEmpty()) {
				positions = work.get();
				report.commit();
			}
		}
		finally {
			bind(outer);
		}
		if (report.pruned > 0) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					pruned(report);
				}

			});
		}
		return positions.get();
	}

	private void tell(Consumer<SequencerListener> news) {
		for (SequencerListener listener : this.listeners) {
			ask(() -> {
				news.accept(listener);
				return null;
			});
		}
	}

	private <R> @Nullable R ask(Supplier<@Nullable R> question) {
		try {
			return question.get();
		}
		catch (Throwable ex) { // an assertion, or what Kotlin throws: the batch is not to
								// blame
			this.failures.warn("listener", "A listener of the sequencer has failed, which is ignored", ex);
			return null;
		}
	}

	private static Duration since(long nanoTime) {
		return Duration.ofNanos(System.nanoTime() - nanoTime);
	}

	/**
	 * What one batch has done so far.
	 */
	static final class Report {

		private final String stack;

		private final List<PushRequest<?>> requests;

		private final long begun = System.nanoTime();

		private @Nullable StackHead before;

		private @Nullable BatchPlan open;

		private int items;

		private int inboxRows;

		private int conflicts;

		private int pruned;

		private int archived;

		private List<Waiting> placed = List.of();

		private Report(String stack, List<PushRequest<?>> requests) {
			this.stack = stack;
			this.requests = requests;
		}

		/**
		 * The number of items that are placed.
		 */
		int items() {
			return this.items;
		}

		private void commit() {
			BatchPlan plan = this.open;
			if (plan != null) {
				this.items += plan.items();
				this.inboxRows += plan.taken().size();
				this.pruned += plan.prunings().size();
				this.archived += plan.archived().size();
				this.open = null;
			}
		}

		/**
		 * Whether a failure leaves something in the inbox that nobody is about to place:
		 * a batch that brings items too is tried again in parts, and the failure of a
		 * push is its caller's.
		 */
		private boolean leavesInbox(Throwable failure) {
			boolean drains = this.requests.stream().anyMatch((request) -> request.items().isEmpty());
			return drains && (pushes() == 0 || Transactions.isTransient(failure) || Transactions.isOutage(failure)
					|| failure instanceof UncertainCommitException);
		}

		private int pushes() {
			return (int) this.requests.stream().filter((request) -> !request.items().isEmpty()).count();
		}

		/**
		 * Where the stack stood when the batch failed, if it got that far.
		 */
		private String position() {
			StackHead before = this.before;
			if (before == null) {
				return "";
			}
			return (before.length() > 0)
					? " (newest position " + new Position(before.generation(), before.length() - 1) + ")"
					: " (empty so far)";
		}

		private SequencerListener.Batch batch(@Nullable Throwable failure) {
			long now = System.nanoTime();
			return new SequencerListener.Batch(this.stack, pushes(), this.items, this.inboxRows, this.conflicts,
					Duration.ofNanos(now - this.begun),
					this.placed.stream().map((waiting) -> Duration.ofNanos(now - waiting.since())).toList(),
					Optional.ofNullable(failure));
		}

		private String story(@Nullable Throwable failure) {
			return "Batch for stack '" + this.stack + "': " + pushes() + " pushes, " + this.inboxRows
					+ " transactions from the inbox, " + this.items + " items placed, " + this.pruned
					+ " layers pruned, " + this.archived + " of them archived, " + this.conflicts + " conflicts, "
					+ since(this.begun).toMillis() + " ms" + ((failure != null) ? "; failed: " + failure : "");
		}

	}

}
