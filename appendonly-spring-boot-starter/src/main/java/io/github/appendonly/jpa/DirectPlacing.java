package io.github.appendonly.jpa;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import org.hibernate.StatelessSession;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Places batches on PostgreSQL in as few round trips as can be: one for a batch onto a
 * stack that nobody else has changed, two where something waits in the inbox.
 */
final class DirectPlacing {

	/*
	 * A batch is one statement, which commits by itself. It is planned from the stack's
	 * row as the last batch of this node left it; that it still is so, and that the inbox
	 * is empty, the statement finds out. If not, the row is read, together with the
	 * inbox, and the batch is planned again. If that comes too late as well, other nodes
	 * are at work on the stack: then the row is locked before it is read, for this batch
	 * and for some that follow. Meanwhile pushes had better not come here, one small
	 * batch after the other, but be enqueued in the inbox, where nodes do not wait for
	 * each other: whichever has the lock places what all of them have brought. What is
	 * left to others: to create the row, and to call pruners.
	 *
	 * A row is found by where it is (its ctid), not by the index: while somebody holds an
	 * old snapshot, the index leads past all versions that the row has had since.
	 */

	/** Rows that are remembered, about 200 bytes each. */
	private static final int MAX_REMEMBERED = 16_384;

	/**
	 * Statements that belong together.
	 *
	 * @param <R> what they find
	 */
	@FunctionalInterface
	private interface SqlWork<R> {

		R execute() throws SQLException;

	}

	/** How many batches lock the row, after one has lost it to other nodes. */
	private static final int LOCKING_BATCHES = 32;

	/**
	 * A stack's row, and what waits in its inbox.
	 */
	private record Found(StackHead head, String place, List<WaitingRow> waiting) {
	}

	private final Tenants tenants;

	private final Tables tables;

	private final PostgresPlanWriter writer;

	private final InboxWriter inbox;

	private final BatchReports reports;

	/**
	 * What is remembered of a stack.
	 *
	 * @param row its row as this node has left it, or null if that is not known
	 * @param locking how many batches are to lock the row
	 */
	private record Memory(PostgresPlanWriter.@Nullable Written row, int locking) {

		static final Memory NONE = new Memory(null, 0);

	}

	private final Map<Object, Memory> memories = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Object, Memory> eldest) {
			return size() > MAX_REMEMBERED;
		}

	};

	DirectPlacing(Tenants tenants, Tables tables, PostgresPlanWriter writer, InboxWriter inbox, BatchReports reports) {
		this.tenants = tenants;
		this.tables = tables;
		this.writer = writer;
		this.inbox = inbox;
		this.reports = reports;
	}

	/**
	 * Places what waits in the inbox, and then requests, for good.
	 * @param requests the requests, for one stack; at least one
	 * @return the position of the first item of each request, or nothing if that takes a
	 * transaction; nothing of the requests has happened then
	 * @throws UncertainCommitException if the items may have been placed or not
	 */
	Optional<List<Position>> place(List<PushRequest<?>> requests) {
		String name = requests.get(0).definition().name();
		AtomicBoolean writing = new AtomicBoolean();
		try {
			return inAutoCommit((connection) -> place(connection, name, requests, writing));
		}
		catch (RuntimeException ex) {
			forget(name);
			if (Transactions.isTransient(ex)) {
				return Optional.empty();
			}
			throw asSeenByCaller(name, writing.get(), ex);
		}
	}

	/**
	 * Whether other nodes have been faster of late to place something onto a stack.
	 */
	boolean isContended(String name) {
		return memory(name).locking() > 0;
	}

	/**
	 * Writes requests to the inbox, for good, for any node to place.
	 * @param requests the requests, for one stack; at least one
	 * @throws UncertainCommitException if the items may have been written or not
	 */
	void enqueue(List<PushRequest<?>> requests) {
		String name = requests.get(0).definition().name();
		AtomicBoolean writing = new AtomicBoolean();
		try {
			inAutoCommit((connection) -> {
				writing.set(true);
				List<List<PushRequest<?>>> rows = alike(requests);
				if (rows.size() == 1) {
					enqueue(connection, name, requests);
					return name;
				}
				return inTransaction(connection, () -> {
					for (List<PushRequest<?>> row : rows) {
						enqueue(connection, name, row);
					}
					return name;
				});
			});
		}
		catch (RuntimeException ex) {
			throw asSeenByCaller(name, writing.get(), ex);
		}
	}

	private void enqueue(Connection connection, String name, List<PushRequest<?>> row) throws SQLException {
		ItemArray items = ItemArray.join(row.stream().map(PushRequest::items).toList());
		this.inbox.append(connection, name, items, row.get(0).terms());
	}

	/**
	 * Cuts a list where the terms change.
	 */
	private static List<List<PushRequest<?>>> alike(List<PushRequest<?>> requests) {
		List<List<PushRequest<?>>> runs = new ArrayList<>();
		for (PushRequest<?> request : requests) {
			List<PushRequest<?>> last = runs.isEmpty() ? List.of() : runs.get(runs.size() - 1);
			if (last.isEmpty() || !last.get(0).terms().equals(request.terms())) {
				last = new ArrayList<>();
				runs.add(last);
			}
			last.add(request);
		}
		return runs;
	}

	/**
	 * Works on a connection of its own, on which each statement commits by itself.
	 * @throws DataAccessException if the database refuses
	 */
	private <R> R inAutoCommit(ReturningWork<R> work) {
		try (StatelessSession session = this.tenants.openStatelessSession()) {
			return session.doReturningWork((connection) -> {
				boolean autoCommit = connection.getAutoCommit();
				try {
					connection.setAutoCommit(true);
					return work.execute(connection);
				}
				finally {
					connection.setAutoCommit(autoCommit);
				}
			});
		}
		catch (RuntimeException ex) {
			throw Transactions.translated(ex);
		}
	}

	private static RuntimeException asSeenByCaller(String name, boolean writing, RuntimeException failure) {
		boolean unknown = failure instanceof UncategorizedDataAccessException || Transactions.isOutage(failure);
		if (writing && unknown) {
			return new UncertainCommitException("The commit of a batch for stack '" + name
					+ "' failed; its items may have been stored all the same", failure);
		}
		if (unknown) {
			return new CannotCreateTransactionException("Could not get to the database to place items", failure);
		}
		return failure;
	}

	private Optional<List<Position>> place(Connection connection, String name, List<PushRequest<?>> requests,
			AtomicBoolean writing) throws SQLException {
		Memory memory = memory(name);
		Optional<List<Position>> placed = Optional.empty();
		if (memory.row() != null && memory.locking() == 0) {
			placed = placeAsRemembered(connection, name, requests, memory.row(), writing);
		}
		if (placed.isEmpty() && memory.locking() == 0) {
			placed = placeAsFound(connection, name, requests, writing);
		}
		if (placed.isEmpty() && isContended(name)) {
			placed = placeLocked(connection, name, requests, writing);
		}
		return placed;
	}

	private Optional<List<Position>> placeAsRemembered(Connection connection, String name,
			List<PushRequest<?>> requests, PostgresPlanWriter.Written row, AtomicBoolean writing) throws SQLException {
		BatchPlan plan = BatchPlan.of(row.head(), List.of(), requests, true);
		boolean written = !plan.isEmpty() && plan.prunerCalls().isEmpty() && write(connection, name, plan,
				PostgresPlanWriter.Premise.EMPTY_INBOX, row.place(), Memory.NONE, writing);
		return written ? plan.positions() : Optional.empty();
	}

	private Optional<List<Position>> placeAsFound(Connection connection, String name, List<PushRequest<?>> requests,
			AtomicBoolean writing) throws SQLException {
		List<Found> rows = read(connection, name);
		if (rows.isEmpty()) {
			return Optional.empty();
		}
		this.reports.found(rows.get(0).head());
		List<WaitingRow> waiting = rows.stream().flatMap((row) -> row.waiting().stream()).toList();
		BatchPlan plan = BatchPlan.of(rows.get(0).head(), waiting, requests, true);
		if (plan.isEmpty()) {
			return plan.positions();
		}
		boolean written = plan.prunerCalls().isEmpty() && write(connection, name, plan, PostgresPlanWriter.Premise.ROW,
				rows.get(0).place(), new Memory(null, LOCKING_BATCHES), writing);
		return written ? plan.positions() : Optional.empty();
	}

	/**
	 * The row is locked by a statement of its own: the one that reads sees what is there
	 * after the wait.
	 */
	private Optional<List<Position>> placeLocked(Connection connection, String name, List<PushRequest<?>> requests,
			AtomicBoolean writing) throws SQLException {
		return inTransaction(connection, () -> {
			new NativeStatement().add("select 1 from %s where name = ? for update".formatted(this.tables.stack()), name)
				.query(connection, (row) -> row.getInt(1));
			return placeAsFound(connection, name, requests, writing);
		});
	}

	private static <R> R inTransaction(Connection connection, SqlWork<R> work) throws SQLException {
		connection.setAutoCommit(false);
		boolean committed = false;
		try {
			R result = work.execute();
			connection.commit();
			committed = true;
			return result;
		}
		finally {
			if (!committed) {
				connection.rollback();
			}
		}
	}

	/**
	 * Writes a plan, and remembers how it went.
	 * @param ifLost what to remember if another node has been faster
	 */
	private boolean write(Connection connection, String name, BatchPlan plan, PostgresPlanWriter.Premise premise,
			String place, Memory ifLost, AtomicBoolean writing) throws SQLException {
		writing.set(true);
		this.reports.planned(plan);
		Optional<PostgresPlanWriter.Written> written = this.writer.write(connection, name, plan, premise, place);
		written.ifPresentOrElse((row) -> {
			this.reports.committed();
			remember(name, row);
		}, () -> {
			if (premise == PostgresPlanWriter.Premise.ROW) {
				this.reports.conflict(name);
			}
			Object key = this.tenants.key(name);
			synchronized (this.memories) {
				this.memories.put(key, ifLost);
			}
		});
		return written.isPresent();
	}

	private void remember(String name, PostgresPlanWriter.Written row) {
		Object key = this.tenants.key(name);
		synchronized (this.memories) {
			int locking = Math.max(0, this.memories.getOrDefault(key, Memory.NONE).locking() - 1);
			this.memories.put(key, new Memory(row, locking));
		}
	}

	private Memory memory(String name) {
		Object key = this.tenants.key(name);
		synchronized (this.memories) {
			return this.memories.getOrDefault(key, Memory.NONE);
		}
	}

	/**
	 * Reads the stack's row together with the inbox: a row for each row that waits, or
	 * one if none does, or none at all if there is no such stack yet.
	 */
	private List<Found> read(Connection connection, String name) throws SQLException {
		return new NativeStatement()
			.add("""
					select %s, s.ctid, %s
					from %s s left join lateral (select * from %s q where q.name = s.name order by q.id limit ?) q on true
					where s.name = ? order by q.id"""
				.formatted(StackHead.COLUMNS, WaitingRow.COLUMNS, this.tables.stack(), this.tables.inbox()),
					BatchPlan.INBOX_ROWS, name)
			.queryAll(connection, DirectPlacing::found);
	}

	private static Found found(ResultSet row) throws SQLException {
		StackHead head = StackHead.read(row);
		boolean waits = row.getObject(11) != null;
		List<WaitingRow> waiting = waits ? List.of(WaitingRow.read(row, 11)) : List.of();
		return new Found(head, row.getString(10), waiting);
	}

	/**
	 * Forgets a stack.
	 */
	void forget(String name) {
		Object key = this.tenants.key(name);
		synchronized (this.memories) {
			this.memories.remove(key);
		}
	}

}
