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
import io.github.appendonly.commit.UncertainCommitException;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
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
	 * and for some that follow. What is left to others: to create the row, and to call
	 * pruners.
	 *
	 * A row is found by where it is (its ctid), not by the index: while somebody holds an
	 * old snapshot, the index leads past all versions that the row has had since.
	 */

	/** Rows that are remembered, about 200 bytes each. */
	private static final int MAX_REMEMBERED = 16_384;

	/** How many batches lock the row, after one has lost it to other nodes. */
	private static final int LOCKING_BATCHES = 32;

	/**
	 * A stack's row, and what waits in its inbox.
	 */
	private record Found(StackHead head, String place, List<InboxRepository.Waiting> waiting) {
	}

	private final SessionFactory sessionFactory;

	private final Tables tables;

	private final PostgresPlanWriter writer;

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

	private final Map<String, Memory> memories = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Memory> eldest) {
			return size() > MAX_REMEMBERED;
		}

	};

	DirectPlacing(SessionFactory sessionFactory, Tables tables, PostgresPlanWriter writer, BatchReports reports) {
		this.sessionFactory = sessionFactory;
		this.tables = tables;
		this.writer = writer;
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
		AtomicBoolean writing = new AtomicBoolean();
		try (StatelessSession session = this.sessionFactory.openStatelessSession()) {
			return session.doReturningWork((connection) -> place(connection, requests, writing));
		}
		catch (RuntimeException ex) {
			return afterFailure(requests.get(0).definition().name(), writing.get(), Transactions.translated(ex));
		}
	}

	private Optional<List<Position>> afterFailure(String name, boolean writing, RuntimeException failure) {
		forget(name);
		if (Transactions.isTransient(failure)) {
			return Optional.empty();
		}
		boolean unknown = failure instanceof UncategorizedDataAccessException || Transactions.isOutage(failure);
		if (writing && unknown) {
			throw new UncertainCommitException("The commit of a batch for stack '" + name
					+ "' failed; its items may have been stored all the same", failure);
		}
		if (unknown) {
			throw new CannotCreateTransactionException("Could not get to the database to place items", failure);
		}
		throw failure;
	}

	private Optional<List<Position>> place(Connection connection, List<PushRequest<?>> requests, AtomicBoolean writing)
			throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		try {
			connection.setAutoCommit(true);
			String name = requests.get(0).definition().name();
			Memory memory = memory(name);
			if (memory.locking() > 0) {
				Optional<List<Position>> appended = append(connection, name, requests, writing);
				return appended.isPresent() ? appended : placeLocked(connection, name, requests, writing);
			}
			Optional<List<Position>> placed = (memory.row() != null)
					? placeAsRemembered(connection, name, requests, memory.row(), writing) : Optional.empty();
			if (placed.isEmpty()) {
				placed = placeAsFound(connection, name, requests, writing);
			}
			if (placed.isEmpty() && memory(name).locking() > 0) {
				return placeLocked(connection, name, requests, writing);
			}
			return placed;
		}
		finally {
			connection.setAutoCommit(autoCommit);
		}
	}

	/**
	 * Appends requests that agree and need no pruner to the newest layer, if there is
	 * room.
	 */
	private Optional<List<Position>> append(Connection connection, String name, List<PushRequest<?>> requests,
			AtomicBoolean writing) throws SQLException {
		StackTerms terms = requests.get(0).terms();
		ItemArray items = ItemArray.join(requests.stream().map(PushRequest::items).toList());
		boolean agree = requests.stream()
			.allMatch((request) -> request.terms().equals(terms) && !request.callsPruner());
		if (!agree || items.isEmpty()) {
			return Optional.empty();
		}
		writing.set(true);
		return this.writer.append(connection, name, items, terms).map((written) -> {
			remember(name, written);
			this.reports.appended(items.length());
			return positions(requests, written.head().generation(), written.head().length() - items.length());
		});
	}

	private static List<Position> positions(List<PushRequest<?>> requests, long generation, int firstIndex) {
		List<Position> positions = new ArrayList<>(requests.size());
		int next = firstIndex;
		for (PushRequest<?> request : requests) {
			positions.add(new Position(generation, request.items().isEmpty() ? Math.max(0, next - 1) : next));
			next += request.items().length();
		}
		return positions;
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
		List<InboxRepository.Waiting> waiting = rows.stream().flatMap((row) -> row.waiting().stream()).toList();
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
		connection.setAutoCommit(false);
		boolean committed = false;
		try {
			new NativeStatement().add("select 1 from %s where name = ? for update".formatted(this.tables.stack()), name)
				.query(connection, (row) -> row.getInt(1));
			Optional<List<Position>> placed = placeAsFound(connection, name, requests, writing);
			connection.commit();
			committed = true;
			return placed;
		}
		finally {
			if (!committed) {
				forget(name);
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
			synchronized (this.memories) {
				this.memories.put(name, ifLost);
			}
		});
		return written.isPresent();
	}

	private void remember(String name, PostgresPlanWriter.Written row) {
		synchronized (this.memories) {
			int locking = Math.max(0, this.memories.getOrDefault(name, Memory.NONE).locking() - 1);
			this.memories.put(name, new Memory(row, locking));
		}
	}

	private Memory memory(String name) {
		synchronized (this.memories) {
			return this.memories.getOrDefault(name, Memory.NONE);
		}
	}

	/**
	 * Reads the stack's row together with the inbox: a row for each row that waits, or
	 * one if none does, or none at all if there is no such stack yet.
	 */
	private List<Found> read(Connection connection, String name) throws SQLException {
		return new NativeStatement().add("""
				select s.max_layers, s.max_length, s.archived, s.has_pruner, s.generation, s.length,
					s.oldest_generation, s.pruned_length, s.version, s.ctid,
					q.id, q.length, q.items, q.max_layers, q.max_length, q.archived, q.has_pruner
				from %s s left join lateral (select * from %s q where q.name = s.name order by q.id limit ?) q on true
				where s.name = ? order by q.id""".formatted(this.tables.stack(), this.tables.inbox()),
				BatchPlan.INBOX_ROWS, name)
			.queryAll(connection, DirectPlacing::found);
	}

	private static Found found(ResultSet row) throws SQLException {
		StackHead head = StackHead.read(row);
		Long id = row.getObject(11, Long.class);
		List<InboxRepository.Waiting> waiting = (id != null) ? List.of(new InboxRepository.Waiting(id, row.getInt(12),
				row.getString(13), row.getObject(14, Integer.class), row.getObject(15, Integer.class),
				row.getObject(16, Boolean.class), row.getObject(17, Boolean.class))) : List.of();
		return new Found(head, row.getString(10), waiting);
	}

	/**
	 * Forgets a stack.
	 */
	void forget(String name) {
		synchronized (this.memories) {
			this.memories.remove(name);
		}
	}

}
