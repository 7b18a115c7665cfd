package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.StackBounds;
import org.jspecify.annotations.Nullable;

/**
 * The table of the stacks' rows. Statements run in the transaction of the calling thread,
 * or on the given connection.
 */
public final class StackTable {

	/*
	 * On PostgreSQL, "on conflict do nothing" waits for a transaction that is creating
	 * the row, and never fails. H2 has no equivalent: its MERGE waits too, and then
	 * fails. A failure that Hibernate sees would end the caller's transaction, although
	 * H2 would let it continue. So the failure of the insert is caught below Hibernate.
	 */

	private static final String UNIQUE_VIOLATION = "23505";

	private static final String INSERT = """
			insert into %s (name, max_layers, max_length, archived, has_pruner, generation, length,
				oldest_generation, pruned_length, version)
			values (?, ?, ?, false, false, 0, 0, 0, 0, ?)""";

	/**
	 * A stack's row, with the first rows of its inbox.
	 *
	 * @param head the row
	 * @param ctid the physical location of the row, to find it without the index
	 * @param waiting the first rows of the inbox
	 */
	public record WithInbox(StackHead head, String ctid, List<InboxEntry> waiting) {
	}

	private final Statements statements;

	private final Tables tables;

	StackTable(Statements statements, Tables tables) {
		this.statements = statements;
		this.tables = tables;
	}

	/**
	 * Reads a row.
	 */
	public Optional<StackHead> head(String name) {
		return head(name, "");
	}

	/**
	 * Reads a row and locks it until the end of the transaction.
	 */
	public Optional<StackHead> lockedHead(String name) {
		return head(name, "for update");
	}

	private Optional<StackHead> head(String name, String lock) {
		NativeStatement statement = new NativeStatement()
			.add("select " + StackHead.COLUMNS + " from " + this.tables.stack() + " s where s.name = ? " + lock, name);
		return this.statements.query(statement, StackHead::read);
	}

	/**
	 * Replaces a row, if it still has the version that was read.
	 * @param name the name of the stack
	 * @param head the new row
	 * @param version the version that was read
	 * @return whether the row was replaced; not if another transaction has replaced it in
	 * between
	 */
	public boolean advance(String name, StackHead head, long version) {
		NativeStatement statement = new NativeStatement();
		addUpdate(statement, head);
		statement.add(", pruned_length = ?", head.prunedLength());
		addVersionCheck(statement, name, version, null);
		return this.statements.update(statement) == 1;
	}

	/**
	 * Creates the row of an empty stack with the default bounds, unless the row exists.
	 * It waits for another transaction that is creating the row, and does not fail
	 * because of it.
	 */
	public void createIfAbsent(String name) {
		NativeStatement statement = new NativeStatement().add(INSERT.formatted(this.tables.stack()), name,
				StackBounds.DEFAULT_MAX_LAYERS, StackBounds.DEFAULT_MAX_LENGTH, StackHead.newVersion());
		if (this.tables.database() == Database.H2) {
			this.statements.insertUnlessPresent(statement, UNIQUE_VIOLATION);
		}
		else {
			this.statements.update(statement.add("on conflict (name) do nothing"));
		}
	}

	/**
	 * Removes a row.
	 */
	public void delete(String name) {
		NativeStatement statement = new NativeStatement().add("delete from " + this.tables.stack() + " where name = ?",
				name);
		this.statements.update(statement);
	}

	/**
	 * Locks a row on PostgreSQL without reading it. The next statement sees the state
	 * after the wait.
	 */
	public void lock(Connection connection, String name) throws SQLException {
		new NativeStatement().add("select 1 from " + this.tables.stack() + " where name = ? for update", name)
			.query(connection, (row) -> row.getInt(1));
	}

	/**
	 * Reads a row and the first rows of its inbox with one statement, on PostgreSQL.
	 * @param connection the connection
	 * @param name the name of the stack
	 * @param limit the maximum number of inbox rows
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
	 * Adds the beginning of an update: all new values except {@code pruned_length}.
	 */
	void addUpdate(NativeStatement statement, StackHead head) {
		statement.add("update " + this.tables.stack());
		statement.add("""
				set max_layers = ?, max_length = ?, archived = ?, has_pruner = ?, generation = ?, length = ?,
					oldest_generation = ?, version = ?""", head.maxLayers(), head.maxLength(), head.archived(),
				head.hasPruner(), head.generation(), head.length(), head.oldestGeneration(), head.version());
	}

	/**
	 * Adds the condition that a row is as it was read.
	 * @param ctid the physical location of the row, or null if that is not known
	 */
	void addVersionCheck(NativeStatement statement, String name, long version, @Nullable String ctid) {
		statement.add("where name = ? and version = ?", name, version);
		if (ctid != null) {
			statement.add("and ctid = ?::tid", ctid);
		}
	}

}
