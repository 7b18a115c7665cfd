package io.github.appendonly.jpa.accumulator;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.Shelter;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;

/**
 * Appends to accumulators outside transactions. What many callers append to any number of
 * accumulators is committed together.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class Appends {

	/*
	 * Rows of different accumulators conflict with nothing, so all accumulators of a
	 * tenant share their commits. A group is removed when it has no users. So any number
	 * of tenants may come and go.
	 *
	 * Each append has a row of its own, although appends could share one: a consumer
	 * holds a whole row, even if it takes a single item of it.
	 */

	private static final int MAX_BATCH = 1000;

	/**
	 * The appends that one tenant has in progress on this node.
	 */
	private static final class Group {

		private final GroupCommit<AccumulatorTable.Row, AccumulatorTable.Row> commits;

		private int users;

		Group(GroupCommit<AccumulatorTable.Row, AccumulatorTable.Row> commits) {
			this.commits = commits;
		}

	}

	private final Transactions transactions;

	private final Tenants tenants;

	private final AppendCommitter committer;

	private final Shelter shelter;

	private final DelayingExecutor executor;

	private final boolean grouping;

	private final Map<Object, Group> groups = new ConcurrentHashMap<>();

	/**
	 * Creates the appends of one persistence unit.
	 * @param committer commits batches
	 * @param shelter protects batches from interrupts
	 * @param executor leads batches if the waiting callers cannot
	 * @param grouping whether appends of many callers are committed together
	 */
	public Appends(Transactions transactions, Tenants tenants, AppendCommitter committer, Shelter shelter,
			DelayingExecutor executor, boolean grouping) {
		this.transactions = transactions;
		this.tenants = tenants;
		this.committer = committer;
		this.shelter = shelter;
		this.executor = executor;
		this.grouping = grouping;
	}

	/**
	 * Appends a row, and waits until it is committed. The caller must not be in a
	 * transaction.
	 * @throws UncertainCommitException if it is unknown whether the row was committed
	 */
	public void append(AccumulatorTable.Row row) {
		if (!this.grouping || row.items().isLong() || this.transactions.isWithinOwn()
				|| this.transactions.isWithinOther()) {
			// within an internal transaction, the calling thread may lead the group
			this.committer.commitAlone(row);
		}
		else {
			this.transactions.detached(() -> commitInGroup(row));
		}
	}

	private AccumulatorTable.Row commitInGroup(AccumulatorTable.Row row) {
		Object key = this.tenants.key("");
		Group group = this.groups.compute(key, (tenant, present) -> enter((present != null) ? present : create()));
		try {
			return group.commits.commit(row);
		}
		finally {
			this.groups.computeIfPresent(key, (tenant, present) -> (--present.users > 0) ? present : null);
		}
	}

	private static Group enter(Group group) {
		group.users++;
		return group;
	}

	private Group create() {
		return new Group(new GroupCommit<>(new Sheltered(this.committer, this.shelter), this.executor, MAX_BATCH));
	}

	/**
	 * Commits batches that belong to several callers.
	 */
	private record Sheltered(AppendCommitter committer,
			Shelter shelter) implements GroupCommit.Committer<AccumulatorTable.Row, AccumulatorTable.Row> {

		@Override
		public List<AccumulatorTable.Row> commit(List<AccumulatorTable.Row> rows) {
			return this.shelter.run(rows.size(), () -> this.committer.commit(rows));
		}

		@Override
		public void lead(Runnable leading) {
			this.shelter.lead(leading);
		}

		@Override
		public boolean isFaultOfItem(Throwable failure) {
			return this.committer.isFaultOfItem(failure);
		}

	}

}
