package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.jpa.table.InboxTable;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.Shelter;
import io.github.appendonly.jpa.transaction.SideConnection;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Writes to the inboxes of stacks beside the transactions of the callers, and waits until
 * that is committed. What many callers write at once is committed together.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class IndependentInbox {

	/*
	 * The caller's transaction may have the stack's row locked. To place items would wait
	 * for that transaction, which waits for this push: the database would not see that
	 * they wait for each other. A row of the inbox waits for nobody, and its items are
	 * placed when the caller's transaction has ended, at the latest.
	 */

	private static final int MAX_BATCH = 100;

	private static final int NAMED = 5;

	private final SideConnection connection;

	private final InboxTable inbox;

	private final Shelter shelter;

	private final RetryTemplate retries;

	private final Optional<GroupCommit<InboxTable.Row, InboxTable.Row>> commits;

	/**
	 * Creates the writer of one persistence unit.
	 * @param connection the connection beside the callers' transactions
	 * @param inbox the table
	 * @param shelter protects batches from interrupts
	 * @param executor leads batches if the waiting callers cannot
	 * @param retryPolicy the policy for statements that lost a race
	 * @param grouping whether rows of many callers are committed together: not if a
	 * connection depends on the calling thread or on a tenant
	 */
	public IndependentInbox(SideConnection connection, InboxTable inbox, Shelter shelter, DelayingExecutor executor,
			RetryPolicy retryPolicy, boolean grouping) {
		this.connection = connection;
		this.inbox = inbox;
		this.shelter = shelter;
		this.retries = new RetryTemplate(retryPolicy);
		this.commits = grouping ? Optional.of(new GroupCommit<>(new Sheltered(), executor, MAX_BATCH))
				: Optional.empty();
	}

	/**
	 * Returns whether the connection is a second one of the pool.
	 */
	public boolean usesPool() {
		return this.connection.isOfPool();
	}

	/**
	 * Writes the items of a push, and waits until they are committed.
	 * @throws UncertainCommitException if it is unknown whether they were committed
	 */
	public void append(PushRequest<?> request) {
		InboxTable.Row row = new InboxTable.Row(request.definition().name(), request.items(), request.terms());
		if (this.commits.isEmpty()) {
			insert(List.of(row)); // on this thread, which the connection may depend on
		}
		else if (request.items().isLong()) {
			this.shelter.run(1, () -> insert(List.of(row)));
		}
		else {
			this.commits.get().commit(row);
		}
	}

	private List<InboxTable.Row> insert(List<InboxTable.Row> rows) {
		return this.retries.invoke(() -> insertOnce(rows));
	}

	private List<InboxTable.Row> insertOnce(List<InboxTable.Row> rows) {
		AtomicBoolean writing = new AtomicBoolean();
		try {
			this.connection.inAutoCommit((beside) -> {
				writing.set(true);
				return this.inbox.append(beside, rows);
			});
			return rows;
		}
		catch (RuntimeException | Error ex) {
			if (!writing.get() && this.connection.isOfPool() && DatabaseFailures.isOutage(ex)) {
				throw new DataAccessResourceFailureException("An independent push in a transaction needs a second"
						+ " connection, and the pool has none left: it is not known how to make one outside of the pool"
						+ " for this data source, or connections depend on a tenant or on the calling thread. Make the"
						+ " pool larger than the number of threads with a transaction, or push after the transaction",
						ex);
			}
			throw DatabaseFailures.ofStatement(ex, writing.get(), "beside the caller's transaction",
					(cause) -> uncertain(rows, cause));
		}
	}

	private static UncertainCommitException uncertain(List<InboxTable.Row> rows, Throwable cause) {
		String stacks = rows.stream()
			.map(InboxTable.Row::stack)
			.distinct()
			.limit(NAMED)
			.collect(Collectors.joining("', '", "'", "'"));
		return new UncertainCommitException("The commit of items pushed independently onto " + stacks
				+ " failed; the items may or may not be stored", cause);
	}

	/**
	 * Commits rows of several callers.
	 */
	private final class Sheltered implements GroupCommit.Committer<InboxTable.Row, InboxTable.Row> {

		@Override
		public List<InboxTable.Row> commit(List<InboxTable.Row> rows) {
			return IndependentInbox.this.shelter.run(rows.size(), () -> insert(rows));
		}

		@Override
		public void lead(Runnable leading) {
			IndependentInbox.this.shelter.lead(leading);
		}

		@Override
		public boolean isFaultOfItem(Throwable failure) {
			return !DatabaseFailures.isOfDatabase(failure);
		}

	}

}
