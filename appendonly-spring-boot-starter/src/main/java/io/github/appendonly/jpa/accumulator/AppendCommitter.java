package io.github.appendonly.jpa.accumulator;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;

/**
 * Commits rows of accumulators together.
 */
public final class AppendCommitter implements GroupCommit.Committer<AccumulatorTable.Row, AccumulatorTable.Row> {

	private static final int NAMED = 5;

	private final Transactions transactions;

	private final AccumulatorTable table;

	private final boolean byOneStatement;

	/**
	 * Creates a committer.
	 * @param byOneStatement whether the database is PostgreSQL, where all rows are
	 * inserted by one statement that commits by itself
	 */
	public AppendCommitter(Transactions transactions, AccumulatorTable table, boolean byOneStatement) {
		this.transactions = transactions;
		this.table = table;
		this.byOneStatement = byOneStatement;
	}

	@Override
	public List<AccumulatorTable.Row> commit(List<AccumulatorTable.Row> rows) {
		if (!this.byOneStatement || !insertByOneStatement(rows)) {
			insertInTransaction(rows);
		}
		return rows;
	}

	/**
	 * Commits a row alone. The caller must not be in a transaction.
	 */
	void commitAlone(AccumulatorTable.Row row) {
		insertInTransaction(List.of(row));
	}

	@Override
	public boolean isFaultOfItem(Throwable failure) {
		return !DatabaseFailures.isOfDatabase(failure);
	}

	/**
	 * Returns false if the statement was rolled back because of another transaction.
	 */
	private boolean insertByOneStatement(List<AccumulatorTable.Row> rows) {
		AtomicBoolean writing = new AtomicBoolean();
		try {
			this.transactions.inAutoCommit((connection) -> {
				writing.set(true);
				return this.table.insert(connection, rows);
			});
			return true;
		}
		catch (RuntimeException | Error ex) {
			if (DatabaseFailures.isTransient(ex)) {
				return false;
			}
			throw DatabaseFailures.ofStatement(ex, writing.get(), "to append items", (cause) -> uncertain(rows, cause));
		}
	}

	private void insertInTransaction(List<AccumulatorTable.Row> rows) {
		AtomicBoolean inserted = new AtomicBoolean();
		try {
			this.transactions.inOwnStateless(() -> {
				inserted.set(false);
				rows.forEach(this.table::insert);
				inserted.set(true);
				return rows;
			});
		}
		catch (RuntimeException | Error ex) {
			throw DatabaseFailures.ofTransaction(ex, inserted.get(), (cause) -> uncertain(rows, cause));
		}
	}

	private static UncertainCommitException uncertain(List<AccumulatorTable.Row> rows, Throwable cause) {
		List<String> names = rows.stream().map(AccumulatorTable.Row::accumulator).distinct().toList();
		String named = names.stream().limit(NAMED).collect(Collectors.joining("', '", "'", "'"));
		String more = (names.size() > NAMED) ? " and " + (names.size() - NAMED) + " more" : "";
		return new UncertainCommitException("The commit of items appended to accumulator"
				+ (names.size() > 1 ? "s " : " ") + named + more + " failed; the items may or may not be stored",
				cause);
	}

}
