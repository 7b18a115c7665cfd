package io.github.appendonly.jpa.sequencer;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Position;
import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.UnexpectedRollbackException;

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
	 */

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
	public boolean isFaultOfItem(Exception failure) {
		return !DatabaseFailures.isOfDatabase(failure) && !(failure instanceof CorruptStructureException);
	}

	/**
	 * Commits a batch. A batch that only places the inbox does not fail because of a
	 * pruner, even if the writes of the pruner fail later in the transaction: readers may
	 * be waiting for the batch.
	 * @return the position of the first item of each request
	 */
	List<Position> commit(Batch batch) {
		return this.reporter.run(batch, () -> {
			try {
				return commit(batch, true);
			}
			catch (RuntimeException ex) {
				if (batch.bringsItems() || !batch.callsPruner() || ex instanceof CorruptStructureException) {
					throw ex;
				}
				this.reporter.notPruned(batch, ex);
				return commit(batch, false);
			}
		});
	}

	private List<Position> commit(Batch batch, boolean prunes) {
		Optional<List<Position>> positions = prunes ? placeByOneStatement(batch) : Optional.empty();
		while (positions.isEmpty()) {
			AtomicBoolean locked = new AtomicBoolean(this.postgres.isPresent());
			positions = this.retries
				.invoke(() -> attempt(batch, new TransactionalPlacer.Mode(locked.getAndSet(true), prunes)));
		}
		return positions.get();
	}

	private Optional<List<Position>> placeByOneStatement(Batch batch) {
		return this.postgres.flatMap((placer) -> this.transactions
			.detached(() -> this.transactions.readsCommittedByDefault() ? placer.place(batch) : Optional.empty()));
	}

	private Optional<List<Position>> attempt(Batch batch, TransactionalPlacer.Mode mode) {
		AtomicBoolean placed = new AtomicBoolean();
		try {
			Optional<List<Position>> positions = this.transactions.inOwnOnce(() -> {
				Optional<List<Position>> found = this.transactional.place(batch, mode);
				placed.set(true);
				return found;
			});
			batch.committed();
			return positions;
		}
		catch (RuntimeException ex) {
			batch.dropPlan();
			throw failureForCaller(batch, placed.get(), ex);
		}
	}

	private RuntimeException failureForCaller(Batch batch, boolean placed, RuntimeException failure) {
		if (placed && failure instanceof DataIntegrityViolationException) {
			return new PrunerException("The writes of a pruner of stack '" + batch.stack() + "' cannot be committed: "
					+ failure.getMessage(), failure);
		}
		if (DatabaseFailures.isTransient(failure)) {
			this.reporter.conflict(batch);
			return failure;
		}
		return (placed && !(failure instanceof UnexpectedRollbackException))
				? Batch.uncertain(batch.stack(), failure, true) : failure;
	}

}
