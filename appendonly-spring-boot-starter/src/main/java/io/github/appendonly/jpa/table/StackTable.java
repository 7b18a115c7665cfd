package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.transaction.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * The table of the stacks' rows. Statements run in the transaction of the calling thread,
 * or on the connection that they are given.
 */
public final class StackTable {

	/*
	 * On PostgreSQL "on conflict do nothing" waits for whoever is creating the row, and
	 * never fails. H2 has nothing like it: its MERGE waits too, and then fails. A failure
	 * that Hibernate sees would end the caller's transaction, though H2 would let it go
	 * on; so the insert catches it below Hibernate.
	 *
	 * A stack that is dropped may be there again while a placement is under way that has
	 * read the row of the old one. It must not find the version that it has read; so
	 * versions begin anywhere.
	 */

	private static final String UNIQUE_VIOLATION = "23505";

	private static final long FIRST_VERSIONS = 1L << 62;

	private static final String INSERT = """
			insert into %s (name, max_layers, max_length, archived, has_pruner, generation, length,
				oldest_generation, pruned_length, version)
			values (?, ?, ?, false, false, 0, 0, 0, 0, ?)""";

	/**
	 * A stack's row together with the beginning of its inbox.
	 *
	 * @param head the row
	 * @param ctid the physical place of the row, to find it without an index
	 * @param waiting the first rows of the inbox
	 */
	public record WithInbox(StackHead head, String ctid, List<InboxEntry> waiting) {
	}

	private final Transactions transactions;

	private final Tables tables;

	StackTable(Transactions transactions, Tables tables) {
		this.transactions = transactions;
		this.tables = tables;
	}

	/**
	 * Reads a row.
	 */
	public Optional<StackHead> head(String name) {
		return head(name, "");
	}

	/**
	 * Reads a row and keeps it locked until the end of the transaction.
	 */
	public Optional<StackHead> lockedHead(String name) {
		return head(name, "for update");
	}

	private Optional<StackHead> head(String name, String lock) {
		NativeStatement statement = new NativeStatement()
			.add("select " + StackHead.COLUMNS + " from " + this.tables.stack() + " s where s.name = ? " + lock, name);
		return this.transactions.onConnection((connection) -> statement.query(connection, StackHead::read));
	}

	/**
	 * Replaces a row if it still has the version that was read.
	 * @param name the name of the stack
	 * @param head the new row, with the version that was read
	 * @return whether it was replaced; not if another transaction did so in between
	 */
	public boolean advance(String name, StackHead head) {
		NativeStatement statement = new NativeStatement().add("update " + this.tables.stack());
		addNewValues(statement, head);
		statement.add(", pruned_length = ?", head.prunedLength());
		addVersionCheck(statement, name, head.version(), null);
		return this.transactions.onConnection(statement::update) == 1;
	}

	/**
	 * Creates the row of an empty stack with the default bounds, unless it is there.
	 * Waits for another transaction that is creating it, and does not fail because of it.
	 */
	public void createIfAbsent(String name) {
		boolean h2 = this.tables.database() == Database.H2;
		NativeStatement statement = new NativeStatement().add(INSERT.formatted(this.tables.stack()), name,
				StackBounds.DEFAULT_MAX_LAYERS, StackBounds.DEFAULT_MAX_LENGTH,
				ThreadLocalRandom.current().nextLong(FIRST_VERSIONS));
		this.transactions.onConnection(h2 ? (connection) -> insertUnlessThere(connection, statement)
				: statement.add("on conflict (name) do nothing")::update);
	}

	private static int insertUnlessThere(Connection connection, NativeStatement statement) throws SQLException {
		try {
			return statement.update(connection);
		}
		catch (SQLException ex) {
			if (!UNIQUE_VIOLATION.equals(ex.getSQLState())) {
				throw ex;
			}
			return 0;
		}
	}

	/**
	 * Removes a row.
	 */
	public void delete(String name) {
		NativeStatement statement = new NativeStatement().add("delete from " + this.tables.stack() + " where name = ?",
				name);
		this.transactions.onConnection(statement::update);
	}

	/**
	 * Locks a row on PostgreSQL, without reading it: a statement that follows sees what
	 * is there after the wait.
	 */
	public void lock(Connection connection, String name) throws SQLException {
		new NativeStatement().add("select 1 from " + this.tables.stack() + " where name = ? for update", name)
			.query(connection, (row) -> row.getInt(1));
	}

	/**
	 * Reads a row together with the beginning of its inbox, by one statement, on
	 * PostgreSQL.
	 * @param connection the connection
	 * @param name the name of the stack
	 * @param limit the number of inbox rows to read at most
	 * @return nothing if there is no such row
	 */
	public Optional<WithInbox> readWithInbox(Connection connection, String name, int limit) throws SQLException {
		List<WithInbox> rows = new NativeStatement()
			.add("""
					select %s, s.ctid, %s
					from %s s left join lateral (select * from %s q where q.name = s.name order by q.id limit ?) q on true
					where s.name = ? order by q.id"""
				.formatted(StackHead.COLUMNS, InboxEntry.COLUMNS, this.tables.stack(), this.tables.inbox()), limit,
					name)
			.queryAll(connection, StackTable::withInbox);
		return rows.stream()
			.findFirst()
			.map((first) -> new WithInbox(first.head(), first.ctid(),
					rows.stream().flatMap((row) -> row.waiting().stream()).toList()));
	}

	private static WithInbox withInbox(ResultSet row) throws SQLException {
		boolean waits = row.getObject(11) != null;
		return new WithInbox(StackHead.read(row), row.getString(10),
				waits ? List.of(InboxEntry.read(row, 11)) : List.of());
	}

	/**
	 * Adds the beginning of an update: the new values, but for {@code pruned_length}.
	 */
	void addUpdate(NativeStatement statement, StackHead head) {
		statement.add("update " + this.tables.stack());
		addNewValues(statement, head);
	}

	private static void addNewValues(NativeStatement statement, StackHead head) {
		statement.add("""
				set max_layers = ?, max_length = ?, archived = ?, has_pruner = ?, generation = ?, length = ?,
					oldest_generation = ?, version = version + 1""", head.maxLayers(), head.maxLength(),
				head.archived(), head.hasPruner(), head.generation(), head.length(), head.oldestGeneration());
	}

	/**
	 * Adds the condition that a row is as it was read.
	 * @param ctid where it was, or null if that is not known
	 */
	void addVersionCheck(NativeStatement statement, String name, long version, @Nullable String ctid) {
		statement.add("where name = ? and version = ?", name, version);
		if (ctid != null) {
			statement.add("and ctid = ?::tid", ctid);
		}
	}

}
