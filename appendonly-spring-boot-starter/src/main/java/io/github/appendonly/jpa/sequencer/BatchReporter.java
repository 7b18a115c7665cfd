package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PrunerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.appendonly.jpa.table.InboxEntry;
import io.github.appendonly.jpa.transaction.Tenants;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;

/**
 * Runs batches, and reports their outcome to the log and to the listeners.
 */
public final class BatchReporter {

	private static final Log logger = LogFactory.getLog(BatchReporter.class);

	private static final int MAX_COUNTERS = 10_000;

	/** The delay beyond which placing counts as behind. It usually takes milliseconds. */
	private static final Duration BEHIND = Duration.ofSeconds(10);

	private final Tenants tenants;

	private final FailureLog failures = new FailureLog(logger, System::nanoTime);

	private final SequencerListeners listeners;

	private final PendingCommits pending;

	private volatile StackWatch watch = (stack, version) -> {
	};

	private final ConcurrentLruCache<Object, LongAdder> conflicts = new ConcurrentLruCache<>(MAX_COUNTERS,
			(stack) -> new LongAdder());

	BatchReporter(Tenants tenants, List<SequencerListener> listeners) {
		this.tenants = tenants;
		this.listeners = new SequencerListeners(listeners, this.failures);
		this.pending = new PendingCommits(tenants);
	}

	public SequencerListeners listeners() {
		return this.listeners;
	}

	/**
	 * Sets who is told that a stack has changed.
	 */
	void tell(StackWatch watch) {
		this.watch = watch;
	}

	/**
	 * Tells that what a batch has placed is committed.
	 */
	void changed(Batch batch) {
		if (batch.items() > 0 || batch.pruned() > 0) {
			this.watch.changed(batch.stack(), batch.version());
		}
	}

	/**
	 * Tells that a dropped stack is gone.
	 */
	void dropped(String stack) {
		this.watch.changed(stack, null);
	}

	/**
	 * Records that a transaction has committed whose items wait to be placed.
	 */
	void addPending(String stack) {
		this.pending.add(stack, this.listeners.origin());
	}

	/**
	 * Returns how long the oldest transaction of this node has waited to be placed, if
	 * any waits.
	 */
	Optional<Duration> longestWait(String stack) {
		return this.pending.longestWait(stack);
	}

	/**
	 * Returns how long the oldest transaction of this node has waited to be placed on any
	 * stack, if any waits.
	 */
	Optional<Duration> longestWait() {
		return this.pending.longestWait();
	}

	/**
	 * Returns the number of transactions of this node that wait to be placed, as far as
	 * they are remembered.
	 */
	int waitingTransactions() {
		return this.pending.count();
	}

	/**
	 * Returns how often batches of a stack had to be repeated. Only a limited number of
	 * stacks is remembered.
	 */
	long conflicts(String stack) {
		Object key = this.tenants.key(stack);
		return this.conflicts.contains(key) ? this.conflicts.get(key).sum() : 0;
	}

	/**
	 * Counts that another transaction has changed the stack in between.
	 */
	void conflict(Batch batch) {
		batch.lostRace();
		this.conflicts.get(this.tenants.key(batch.stack())).increment();
		logger.debug("A batch for stack '" + batch.stack() + "' has lost a race and is repeated");
	}

	/**
	 * Forgets a stack.
	 */
	void forget(String stack) {
		this.conflicts.remove(this.tenants.key(stack));
		this.pending.forget(stack);
	}

	/**
	 * Reports that a batch is placed without pruning, because a pruner has failed.
	 */
	void notPruned(Batch batch, RuntimeException failure) {
		String stack = batch.stack();
		Throwable cause = PrunerException.unwrapped(failure);
		this.failures.warn("pruner of " + stack, "Layers of stack '" + stack + "'" + batch.position()
				+ " stay beyond the bounds, as its pruner has failed; the next push tries again", cause);
		this.listeners.callEach((listener) -> listener.notPruned(stack, cause));
	}

	/**
	 * Runs a batch in internal transactions, and reports its outcome.
	 * @param work places the batch; its result is empty if it has placed a part of the
	 * inbox, or nothing
	 */
	<R> Optional<R> run(Batch batch, Supplier<Optional<R>> work) {
		PendingCommits.Waiting waiting = this.pending.waiting(batch.stack());
		List<Consumer<SequencerListener.Batch>> ends = this.listeners.begun(batch.stack(),
				() -> origins(batch, waiting));
		Optional<R> result = Optional.empty();
		Throwable failure = null;
		try {
			result = work.get();
			return result;
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			end(batch, result.isPresent() ? waiting : null, failure, ends);
		}
	}

	/**
	 * Runs the batches of several stacks together, and reports the outcome of each.
	 * @param work places the batches, and records the outcome in each of them
	 */
	void runAll(List<Batch> batches, Runnable work) {
		List<PendingCommits.Waiting> waiting = batches.stream()
			.map((batch) -> this.pending.waiting(batch.stack()))
			.toList();
		List<List<Consumer<SequencerListener.Batch>>> ends = new ArrayList<>();
		Throwable failure = null;
		try {
			for (int i = 0; i < batches.size(); i++) {
				Batch batch = batches.get(i);
				PendingCommits.Waiting own = waiting.get(i);
				ends.add(this.listeners.begun(batch.stack(), () -> origins(batch, own)));
			}
			work.run();
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			for (int i = ends.size() - 1; i >= 0; i--) {
				Batch batch = batches.get(i);
				end(batch, batch.positions().isPresent() ? waiting.get(i) : null,
						(failure != null) ? failure : batch.failure(), ends.get(i));
			}
		}
	}

	private static List<Object> origins(Batch batch, PendingCommits.Waiting waiting) {
		List<Object> origins = waiting.origins();
		origins.addAll(batch.origins());
		return origins;
	}

	/**
	 * Reports the outcome of a batch.
	 * @param done the transactions that the batch has placed; null if it has placed a
	 * part of the inbox, or nothing
	 */
	private void end(Batch batch, PendingCommits.@Nullable Waiting done, @Nullable Throwable failure,
			List<Consumer<SequencerListener.Batch>> ends) {
		String stack = batch.stack();
		changed(batch);
		List<PendingCommits.Commit> placed = List.of();
		if (done != null) {
			placed = this.pending.takeUntil(stack, done.until());
			placed.stream().findFirst().ifPresent(this::warnIfBehind);
			this.failures.recovered("inbox of " + stack, "Placing the inbox of stack '" + stack + "' works again");
		}
		else if (failure != null && batch.leavesItemsInInbox(failure)) {
			this.failures.warn("inbox of " + stack, "The items in the inbox of stack '" + stack
					+ "' could not be placed" + batch.position() + "; the next push or read tries again", failure);
			this.listeners.callEach((listener) -> listener.notPlaced(stack, failure));
		}
		if (logger.isDebugEnabled()) {
			logger.debug(batch.describe(failure));
		}
		if (!ends.isEmpty()) {
			this.listeners.ended(ends, batch.ended(failure, placed));
		}
		if (batch.pruned() > 0) {
			pruned(batch);
		}
	}

	private void warnIfBehind(PendingCommits.Commit oldest) {
		Duration delay = Duration.ofNanos(System.nanoTime() - oldest.at());
		if (delay.compareTo(BEHIND) >= 0) {
			this.failures.warn("delay",
					"Items are placed " + delay.toSeconds() + " seconds after their commit; at least "
							+ waitingTransactions()
							+ " transactions of this node wait. The database is too slow for what is pushed, or another"
							+ " transaction has kept a stack locked");
		}
	}

	/**
	 * Reports rows of an inbox that were set aside.
	 * @param rows the rows, each with a flaw; at least one
	 */
	void setAside(String stack, List<InboxEntry> rows) {
		InboxEntry first = rows.get(0);
		String flaw = first.flaw().orElse("");
		logger.warn("Rows of the inbox of stack '" + stack + "' cannot be placed and were set aside: " + rows.size()
				+ ", the first with id " + first.id() + ": " + flaw);
		this.listeners.setAside(stack, first.id(), flaw);
	}

	/**
	 * Reports that a read does not wait any longer for the inbox.
	 */
	void readTimedOut(String stack) {
		logger.debug("Reading stack '" + stack + "' without the items that wait in its inbox,"
				+ " as they could not be placed in time");
		this.listeners.callEach((listener) -> listener.readTimedOut(stack));
	}

	/**
	 * Reports the layers that a batch has pruned.
	 */
	void pruned(Batch batch) {
		String stack = batch.stack();
		this.failures.recovered("pruner of " + stack,
				"The layers of stack '" + stack + "' are within the bounds again");
		this.listeners.callEach((listener) -> listener.pruned(stack, batch.pruned(), batch.archived()));
	}

}
