package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.BatchPlan;
import io.github.appendonly.jpa.sequencer.plan.PostgresPlanWriter;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.table.InboxEntry;
import io.github.appendonly.jpa.table.InboxTable;
import io.github.appendonly.jpa.table.StackHead;
import io.github.appendonly.jpa.table.StackTable;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.Connections;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Transactions;

/**
 * Places batches on PostgreSQL in as few round trips as possible. A batch for a stack
 * that no other node has changed takes one. If items wait in the inbox, it takes two.
 */
final class PostgresPlacer {

	/*
	 * A batch is one statement, which commits by itself. It is planned from the stack's
	 * row as the last batch of this node left it. The statement checks that the row is
	 * still the same and that the inbox is empty. If not, the row is read together with
	 * the inbox, and the batch is planned again. If that is too late as well, other nodes
	 * are placing on the stack. Then the row is locked before it is read, for this batch
	 * and for some that follow. Meanwhile pushes should not come here in small batches,
	 * one after the other. They should be enqueued in the inbox, where nodes do not wait
	 * for each other. The node that has the lock then places the items of all nodes.
	 * TransactionalPlacer creates rows, calls pruners, and sets rows of the inbox aside.
	 *
	 * A row is found by its physical location (its ctid), not by the index. While an old
	 * snapshot is held, the index leads through all versions that the row has had since.
	 */

	/** The number of batches that lock the row after one has lost it to other nodes. */
	private static final int LOCKING_BATCHES = 32;

	/**
	 * Statements that belong together.
	 *
	 * @param <R> the type of their result
	 */
	@FunctionalInterface
	private interface SqlWork<R> {

		R execute() throws SQLException;

	}

	private final Transactions transactions;

	private final StackTable stacks;

	private final InboxTable inbox;

	private final PostgresPlanWriter writer;

	private final Retentions retentions;

	private final BatchReporter reporter;

	private final StackMemories memories;

	PostgresPlacer(Transactions transactions, StackMemories memories, StructureTables tables, PostgresPlanWriter writer,
			Retentions retentions, BatchReporter reporter) {
		this.transactions = transactions;
		this.memories = memories;
		this.stacks = tables.stacks();
		this.inbox = tables.inbox();
		this.writer = writer;
		this.retentions = retentions;
		this.reporter = reporter;
	}

	/**
	 * Places the inbox and then a batch, and commits them.
	 * @param batch the batch
	 * @param waits whether to wait for another transaction that has the stack's row
	 * locked
	 * @return the position of the first item of each request; empty if the batch needs a
	 * transaction, in which case no request has been placed
	 * @throws UncertainCommitException if it is unknown whether the items were placed
	 * @throws StackBusyException if another transaction has the row locked, and the batch
	 * is not to wait for it
	 */
	Optional<List<Position>> place(Batch batch, boolean waits) {
		AtomicBoolean writing = new AtomicBoolean();
		StackMemories.Memory before = this.memories.of(batch.stack());
		try {
			return this.transactions.inAutoCommit((connection) -> place(connection, batch, writing, waits));
		}
		catch (StackBusyException ex) {
			this.memories.replace(batch.stack(), new StackMemories.Memory(null, before.locking()));
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			batch.dropPlan();
			this.memories.forget(batch.stack());
			if (DatabaseFailures.isTransient(ex)) {
				return Optional.empty();
			}
			throw failureForCaller(batch.stack(), writing.get(), true, ex);
		}
	}

	/**
	 * Returns whether other nodes have lately been faster to place on a stack.
	 */
	boolean isContended(String stack) {
		return this.memories.of(stack).isContended();
	}

	/**
	 * Writes requests to the inbox and commits them. Any node may place them.
	 * @param requests the requests, for one stack; at least one
	 * @throws UncertainCommitException if it is unknown whether the items were written
	 */
	void enqueue(List<PushRequest<?>> requests) {
		String name = requests.get(0).definition().name();
		AtomicBoolean writing = new AtomicBoolean();
		try {
			this.transactions.inAutoCommit((connection) -> {
				writing.set(true);
				List<List<PushRequest<?>>> rows = groupByTerms(requests);
				return (rows.size() == 1) ? enqueue(connection, name, requests)
						: inTransaction(connection, () -> enqueueAll(connection, name, rows));
			});
		}
		catch (RuntimeException | Error ex) {
			throw failureForCaller(name, writing.get(), false, ex);
		}
	}

	private int enqueueAll(Connection connection, String name, List<List<PushRequest<?>>> rows) throws SQLException {
		int inserted = 0;
		for (List<PushRequest<?>> row : rows) {
			inserted += enqueue(connection, name, row);
		}
		return inserted;
	}

	private int enqueue(Connection connection, String name, List<PushRequest<?>> row) throws SQLException {
		JsonArray items = JsonArray.join(row.stream().map(PushRequest::items).toList());
		return this.inbox.append(connection, name, items, row.get(0).terms());
	}

	/**
	 * Groups consecutive requests that have the same terms.
	 */
	private static List<List<PushRequest<?>>> groupByTerms(List<PushRequest<?>> requests) {
		List<List<PushRequest<?>>> groups = new ArrayList<>();
		for (PushRequest<?> request : requests) {
			List<PushRequest<?>> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
			if (last.isEmpty() || !last.get(0).terms().equals(request.terms())) {
				last = new ArrayList<>();
				groups.add(last);
			}
			last.add(request);
		}
		return groups;
	}

	static RuntimeException failureForCaller(String name, boolean writing, boolean fenceable, Throwable failure) {
		return DatabaseFailures.ofStatement(failure, writing, "to place items",
				(cause) -> Batch.uncertain(name, cause, fenceable));
	}

	private Optional<List<Position>> place(Connection connection, Batch batch, AtomicBoolean writing, boolean waits)
			throws SQLException {
		StackMemories.Memory memory = this.memories.of(batch.stack());
		Optional<List<Position>> placed = Optional.empty();
		if (memory.row() != null && memory.locking() == 0) {
			placed = placeOnRememberedRow(connection, batch, memory.row(), writing, waits);
			batch.committed();
		}
		if (placed.isEmpty() && memory.locking() == 0) {
			placed = placeOnReadRow(connection, batch, writing, waits);
			batch.committed();
		}
		if (placed.isEmpty() && isContended(batch.stack())) {
			placed = placeLocked(connection, batch, writing, waits, memory.locking() == 0);
			batch.committed();
		}
		return placed;
	}

	private Optional<List<Position>> placeOnRememberedRow(Connection connection, Batch batch,
			PostgresPlanWriter.Written row, AtomicBoolean writing, boolean waits) throws SQLException {
		BatchPlan plan = plan(connection, batch, row.head(), List.of());
		boolean written = !plan.isEmpty() && plan.prunerCalls().isEmpty() && write(connection, batch, plan,
				PostgresPlanWriter.Premise.EMPTY_INBOX, row.ctid(), StackMemories.Memory.NONE, writing, waits);
		return written ? plan.positions() : Optional.empty();
	}

	private Optional<List<Position>> placeOnReadRow(Connection connection, Batch batch, AtomicBoolean writing,
			boolean waits) throws SQLException {
		Optional<StackTable.WithInbox> found = this.stacks.readWithInbox(connection, batch.stack(),
				BatchPlan.INBOX_ROWS);
		if (found.isEmpty()) {
			return Optional.empty();
		}
		StackTable.WithInbox row = found.get();
		batch.found(row.head());
		if (row.waiting().stream().anyMatch((waiting) -> waiting.flaw().isPresent())) {
			return Optional.empty();
		}
		BatchPlan plan = plan(connection, batch, row.head(), row.waiting());
		if (plan.isEmpty()) {
			return plan.positions();
		}
		boolean written = plan.prunerCalls().isEmpty() && write(connection, batch, plan, PostgresPlanWriter.Premise.ROW,
				row.ctid(), new StackMemories.Memory(null, LOCKING_BATCHES), writing, waits);
		return written ? plan.positions() : Optional.empty();
	}

	private BatchPlan plan(Connection connection, Batch batch, StackHead head, List<InboxEntry> waiting)
			throws SQLException {
		return this.retentions.plan(connection, batch.stack(),
				(retention) -> BatchPlan.of(head, waiting, BatchPlan.INBOX_ROWS, batch.requests(), true, retention));
	}

	/**
	 * A separate statement locks the row. The statement that reads it then sees the state
	 * after the wait.
	 * @param lost whether the row was just lost to others; without a wait, it is only now
	 * that this proves to be a lost race
	 */
	private Optional<List<Position>> placeLocked(Connection connection, Batch batch, AtomicBoolean writing,
			boolean waits, boolean lost) throws SQLException {
		return inTransaction(connection, () -> {
			if (!this.stacks.lock(connection, batch.stack(), waits)) {
				if (!waits && this.stacks.exists(connection, batch.stack())) {
					throw new StackBusyException(batch.stack());
				}
				return Optional.empty(); // another node has dropped the stack
			}
			if (lost && !waits) {
				this.reporter.conflict(batch);
			}
			return placeOnReadRow(connection, batch, writing, true);
		});
	}

	private static <R> R inTransaction(Connection connection, SqlWork<R> work) throws SQLException {
		connection.setAutoCommit(false);
		try {
			R result = work.execute();
			connection.commit();
			return result;
		}
		catch (Throwable ex) {
			Connections.afterFailure(connection, ex, Connection::rollback);
			throw ex;
		}
	}

	/**
	 * Writes a plan, and remembers the outcome.
	 * @param ifLost the state to remember if another node was faster
	 */
	private boolean write(Connection connection, Batch batch, BatchPlan plan, PostgresPlanWriter.Premise premise,
			String ctid, StackMemories.Memory ifLost, AtomicBoolean writing, boolean waits) throws SQLException {
		writing.set(true);
		batch.planned(plan);
		Optional<PostgresPlanWriter.Written> written = this.writer.write(connection, batch.stack(), plan, premise, ctid,
				waits);
		written.ifPresentOrElse((row) -> {
			this.memories.written(batch.stack(), row);
		}, () -> {
			batch.dropPlan();
			if (premise == PostgresPlanWriter.Premise.ROW && waits) {
				this.reporter.conflict(batch);
			}
			this.memories.put(batch.stack(), ifLost);
		});
		return written.isPresent();
	}

}
