package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PrunerException;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Position;
import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Places and commits batches, in internal transactions.
 */
final class BatchCommitter implements GroupCommit.Committer<PushRequest<?>, Position> {

	/*
	 * The first try is optimistic. It reads the stack's row without a lock and replaces
	 * it if the version still matches. (On PostgreSQL it does not even take a
	 * transaction.) After a lost race, the row is read with a lock, so that every batch
	 * gets through and no node starves. Repeating is safe: the transaction contains only
	 * internal work.
	 *
	 * A commit that fails may have taken effect. It is tried again only if the failure
	 * proves that it has not, as a concurrency failure does. A violated unique key
	 * usually means that one of the sequencer's own statements has lost a race. If it
	 * appears after all of these statements have run, it comes from writes that a pruner
	 * has left in the session. To call the pruner again would not help.
	 *
	 * Threads of the executor are few, and all stacks need them. So a batch on such a
	 * thread does not wait for a transaction that has the stack's row locked, and it
	 * places a long inbox in portions.
	 */

	/**
	 * The time after which a batch that does not wait makes way for others, even if the
	 * inbox is not placed to its end.
	 */
	private static final long PORTION = Duration.ofMillis(50).toNanos();

	/**
	 * The outcome of an attempt.
	 *
	 * @param positions the position of the first item of each request; empty if another
	 * attempt is needed
	 * @param progress whether the attempt has placed anything
	 */
	record Attempt(Optional<List<Position>> positions, boolean progress) {
	}

	private final Transactions transactions;

	private final TransactionalPlacer transactional;

	private final Optional<PostgresPlacer> postgres;

	private final RetryTemplate retries;

	private final BatchReporter reporter;

	BatchCommitter(Transactions transactions, TransactionalPlacer transactional, Optional<PostgresPlacer> postgres,
			RetryPolicy retryPolicy, BatchReporter reporter) {
		this.transactions = transactions;
		this.transactional = transactional;
		this.postgres = postgres;
		this.retries = new RetryTemplate(retryPolicy);
		this.reporter = reporter;
	}

	@Override
	public List<Position> commit(List<PushRequest<?>> requests) {
		return commit(new Batch(requests));
	}

	@Override
	public Optional<List<Position>> tryCommit(List<PushRequest<?>> requests) {
		return attempt(requests).positions();
	}

	@Override
	public boolean isFaultOfItem(Throwable failure) {
		return !DatabaseFailures.isOfDatabase(failure) && !(failure instanceof CorruptStructureException);
	}

	/**
	 * Commits a batch, however long it takes.
	 * @return the position of the first item of each request
	 */
	List<Position> commit(Batch batch) {
		return this.reporter.run(batch, () -> Optional.of(withoutPrunersIfTheyFail(batch, (prunes) -> {
			Optional<List<Position>> positions = Optional.empty();
			for (boolean first = true; positions.isEmpty(); first = false) {
				positions = place(batch, prunes, first, true);
			}
			return positions.get();
		}))).orElseThrow();
	}

	/**
	 * Commits a batch, or a part of the inbox, without waiting for others.
	 */
	Attempt attempt(List<PushRequest<?>> requests) {
		Batch batch = new Batch(requests);
		Optional<List<Position>> positions = this.reporter.run(batch,
				() -> withoutPrunersIfTheyFail(batch, (prunes) -> attempt(batch, prunes)));
		return new Attempt(positions, batch.items() > 0);
	}

	private Optional<List<Position>> attempt(Batch batch, boolean prunes) {
		long begun = System.nanoTime();
		try {
			Optional<List<Position>> positions = Optional.empty();
			for (boolean first = true; positions.isEmpty()
					&& (first || System.nanoTime() - begun < PORTION); first = false) {
				positions = place(batch, prunes, first, false);
			}
			return positions;
		}
		catch (StackBusyException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Places a batch. A batch that only places the inbox does not fail because of a
	 * pruner, even if the writes of the pruner fail later in the transaction: readers may
	 * be waiting for the batch.
	 */
	private <R> R withoutPrunersIfTheyFail(Batch batch, Function<Boolean, R> placing) {
		try {
			return placing.apply(true);
		}
		catch (RuntimeException ex) {
			if (batch.bringsItems() || !batch.callsPruner() || ex instanceof CorruptStructureException) {
				throw ex;
			}
			this.reporter.notPruned(batch, ex);
			return placing.apply(false);
		}
	}

	private Optional<List<Position>> place(Batch batch, boolean prunes, boolean first, boolean waits) {
		Optional<List<Position>> positions = (prunes && first) ? placeByOneStatement(batch, waits) : Optional.empty();
		if (positions.isPresent()) {
			return positions;
		}
		AtomicBoolean locked = new AtomicBoolean(this.postgres.isPresent() || !waits);
		AtomicBoolean busy = new AtomicBoolean();
		positions = this.retries.invoke(() -> {
			try {
				return place(batch, new TransactionalPlacer.Mode(locked.getAndSet(true), prunes, waits, true));
			}
			catch (StackBusyException ex) {
				busy.set(true); // not a failure that the retries are for
				return Optional.empty();
			}
		});
		if (busy.get()) {
			throw new StackBusyException(batch.stack());
		}
		return positions;
	}

	private Optional<List<Position>> placeByOneStatement(Batch batch, boolean waits) {
		return this.postgres.flatMap((placer) -> this.transactions.detached(
				() -> this.transactions.readsCommittedByDefault() ? placer.place(batch, waits) : Optional.empty()));
	}

	private Optional<List<Position>> place(Batch batch, TransactionalPlacer.Mode mode) {
		AtomicBoolean placed = new AtomicBoolean();
		try {
			Supplier<Optional<List<Position>>> placing = () -> {
				Optional<List<Position>> found = this.transactional.place(batch, mode);
				placed.set(true);
				return found;
			};
			Optional<List<Position>> positions = batch.callsPruner() ? this.transactions.inOwnOnce(placing)
					: this.transactions.inOwnStatelessOnce(placing);
			batch.committed();
			return positions;
		}
		catch (RuntimeException | Error ex) {
			batch.dropPlan();
			throw failureForCaller(batch, placed.get(), ex);
		}
	}

	private RuntimeException failureForCaller(Batch batch, boolean placed, Throwable thrown) {
		if (!(thrown instanceof RuntimeException failure)) {
			if (!placed || Errors.endJvm(thrown)) {
				throw (Error) thrown;
			}
			return Batch.uncertain(batch.stack(), thrown, true);
		}
		if (placed && failure instanceof DataIntegrityViolationException) {
			return new PrunerException("The writes of a pruner of stack '" + batch.stack() + "' cannot be committed: "
					+ failure.getMessage(), failure);
		}
		if (DatabaseFailures.isTransient(failure)) {
			this.reporter.conflict(batch);
			return failure;
		}
		return (placed && DatabaseFailures.isUncertainCommit(failure)) ? Batch.uncertain(batch.stack(), failure, true)
				: failure;
	}

}
