package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.item.Cut;
import org.jspecify.annotations.Nullable;

/**
 * The table of the stacks' rows. Statements run in the transaction of the calling thread,
 * or on the given connection.
 */
public final class StackTable {

	/*
	 * On PostgreSQL, "on conflict do nothing" waits for a transaction that is creating
	 * the row, and never fails. An advisory lock on the name comes before that, so that a
	 * transaction that must not wait can tell. H2 has no equivalent: its MERGE waits too,
	 * and then fails. A failure that Hibernate sees would end the caller's transaction,
	 * although H2 would let it continue. So the failure of the insert is caught below
	 * Hibernate.
	 */

	private static final String UNIQUE_VIOLATION = "23505";

	/** The SQL states of H2 and PostgreSQL for a lock that was not free in time. */
	private static final Set<String> LOCK_TIMEOUTS = Set.of("HYT00", "55P03");

	private static final String INSERT = """
			insert into %s (name, max_layers, max_length, archived, has_pruner, generation, length,
				oldest_generation, pruned_length, version)
			select cast(? as varchar(200)), cast(? as integer), cast(? as integer), false, false, 0, 0, 0, 0,
				cast(? as bigint)
			where not exists (select 1 from %s where stack = ?)""";

	/** The newest slice of the stack {@code s}. */
	private static final String NEWEST_SLICE = """
			from %s p where p.stack = s.name
			order by p.stack desc, p.generation desc, p.first_index desc fetch first 1 rows only""";

	/**
	 * A stack's row, and where its slices end, as one statement saw them.
	 *
	 * @param head the row
	 * @param end the cut after the last item of the newest slice; the oldest cut if there
	 * is none
	 */
	public record WithEnd(StackHead head, Cut end) {

		/**
		 * Returns whether the slices end where the row says.
		 */
		public boolean fits() {
			return this.end
				.equals((this.head.length() > 0) ? new Cut(this.head.generation(), this.head.length()) : Cut.OLDEST);
		}

		static WithEnd read(ResultSet row, int first) throws SQLException {
			return new WithEnd(StackHead.read(row), new Cut(row.getLong(first), row.getInt(first + 1)));
		}

	}

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

	/**
	 * Reads a row to place items on it.
	 * @param name the name of the stack
	 * @param locked whether to lock the row until the end of the transaction; if the
	 * statement has waited for the lock, the end is that of the time before
	 */
	public Optional<WithEnd> withEnd(String name, boolean locked) {
		return withEnd(name, locked ? "for update" : "");
	}

	/**
	 * Reads a row to place items on it, and locks it until the end of the transaction, if
	 * no other transaction has it locked. It does not wait, except on databases that are
	 * not known.
	 * @return nothing if there is no such row, or if it is locked
	 */
	public Optional<WithEnd> freeWithEnd(String name) {
		return withEnd(name, (this.tables.database() == Database.OTHER) ? "for update" : "for update skip locked");
	}

	private Optional<WithEnd> withEnd(String name, String lock) {
		String slice = NEWEST_SLICE.formatted(this.tables.slice());
		NativeStatement statement = new NativeStatement()
			.add("select " + StackHead.COLUMNS + ", (select p.generation " + slice
					+ "), (select p.first_index + p.length " + slice + ")")
			.add("from " + this.tables.stack() + " s where s.name = ? " + lock, name);
		return this.statements.query(statement, (row) -> WithEnd.read(row, StackHead.COUNT + 1));
	}

	/**
	 * Returns the exception for a row that does not fit its slices.
	 */
	public CorruptStructureException corrupt(String name, WithEnd row) {
		Cut end = new Cut(row.head().generation(), row.head().length());
		return new CorruptStructureException(
				new Damage("stack '" + name + "'", this.tables.slice(), "generation " + end.generation(),
						"items up to index " + (end.index() - 1L) + ", as " + this.tables.stack() + " says",
						"the newest one at " + describe(row.end())));
	}

	private static String describe(Cut end) {
		return (end.index() > 0) ? "generation " + end.generation() + ", index " + (end.index() - 1) : "no generation";
	}

	private Optional<StackHead> head(String name, String lock) {
		NativeStatement statement = new NativeStatement()
			.add("select " + StackHead.COLUMNS + " from " + this.tables.stack() + " s where s.name = ? " + lock, name);
		return this.statements.query(statement, StackHead::read);
	}

	/**
	 * Replaces a row, if it still has the version that was read.
	 * @param name the name of the stack
	 * @param before the row as it was read
	 * @param after the new row
	 * @return whether the row was replaced; not if another transaction has replaced it in
	 * between
	 */
	public boolean advance(String name, StackHead before, StackHead after) {
		NativeStatement statement = new NativeStatement();
		addUpdate(statement, before, after);
		statement.add(", pruned_length = ?", after.prunedLength());
		addVersionCheck(statement, name, before.version(), null);
		return this.statements.update(statement) == 1;
	}

	/**
	 * Creates the row of an empty stack with the default bounds, unless the row exists,
	 * or slices without a row. It waits for another transaction that is creating the row,
	 * and does not fail because of it.
	 */
	public void createIfAbsent(String name) {
		if (this.tables.database() == Database.H2) {
			this.statements.updateUnlessRefused(creation(name), Set.of(UNIQUE_VIOLATION));
		}
		else {
			if (this.tables.database() == Database.POSTGRESQL) {
				this.statements.query(ManyStacksStatement.lockName(name), (row) -> row.getBoolean(1));
			}
			this.statements.update(creation(name));
		}
	}

	/**
	 * Creates a row as {@link #createIfAbsent(String)} does, but does not wait for
	 * another transaction that is creating it. H2 waits as long as its own limit.
	 * @return whether there is no such transaction; if there is, this one must be rolled
	 * back
	 */
	public boolean createWithoutWaiting(String name) {
		if (this.tables.database() == Database.POSTGRESQL
				&& !this.statements.query(ManyStacksStatement.tryLockName(name), (row) -> row.getBoolean(1))
					.orElse(false)) {
			return false;
		}
		Set<String> expected = new HashSet<>(LOCK_TIMEOUTS);
		expected.add(UNIQUE_VIOLATION);
		return this.statements.updateUnlessRefused(creation(name), expected)
			.stream()
			.noneMatch(LOCK_TIMEOUTS::contains);
	}

	private NativeStatement creation(String name) {
		NativeStatement insertion = new NativeStatement().add(
				INSERT.formatted(this.tables.stack(), this.tables.slice()), name, StackBounds.DEFAULT_MAX_LAYERS,
				StackBounds.DEFAULT_MAX_LENGTH, StackHead.newVersion(), name);
		return (this.tables.database() == Database.H2) ? insertion : insertion.add("on conflict (name) do nothing");
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
	 * @param waits whether to wait for another transaction that has the row locked
	 * @return whether the row is locked now; not if there is none
	 */
	public boolean lock(Connection connection, String name, boolean waits) throws SQLException {
		return new NativeStatement()
			.add("select 1 from " + this.tables.stack() + " where name = ? for update" + (waits ? "" : " skip locked"),
					name)
			.query(connection, (row) -> row.getInt(1))
			.isPresent();
	}

	/**
	 * Returns whether there is a row.
	 */
	public boolean exists(Connection connection, String name) throws SQLException {
		return new NativeStatement().add("select 1 from " + this.tables.stack() + " where name = ?", name)
			.query(connection, (row) -> row.getInt(1))
			.isPresent();
	}

	/**
	 * Reads a row and the first rows of its inbox with one statement, on PostgreSQL, to
	 * place items.
	 * @param connection the connection
	 * @param name the name of the stack
	 * @param limit the maximum number of inbox rows
	 * @return nothing if there is no such row
	 * @throws CorruptStructureException if the row does not fit the stack's slices
	 */
	public Optional<WithInbox> readWithInbox(Connection connection, String name, int limit) throws SQLException {
		List<WithInbox> rows = new NativeStatement()
			.add("""
					select %s, s.ctid, e.generation, e.length, %s
					from %s s left join lateral (select p.generation, p.first_index + p.length as length %s) e on true
						left join lateral (select * from %s q where q.name = s.name order by q.id limit ?) q on true
					where s.name = ? order by q.id""".formatted(StackHead.COLUMNS, InboxEntry.COLUMNS,
					this.tables.stack(), NEWEST_SLICE.formatted(this.tables.slice()), this.tables.inbox()), limit, name)
			.queryAll(connection, (row) -> withInbox(row, name));
		return rows.stream()
			.findFirst()
			.map((first) -> new WithInbox(first.head(), first.ctid(),
					rows.stream().flatMap((row) -> row.waiting().stream()).toList()));
	}

	private WithInbox withInbox(ResultSet row, String name) throws SQLException {
		WithEnd withEnd = WithEnd.read(row, StackHead.COUNT + 2);
		if (!withEnd.fits()) {
			throw corrupt(name, withEnd);
		}
		int inbox = StackHead.COUNT + 4;
		boolean waits = row.getObject(inbox) != null;
		return new WithInbox(withEnd.head(), row.getString(StackHead.COUNT + 1),
				waits ? List.of(InboxEntry.read(row, inbox)) : List.of());
	}

	/**
	 * Adds the beginning of an update: all new values except {@code pruned_length}. The
	 * limits are only written when they change, and the time when they are to be applied
	 * only when that time changes.
	 */
	void addUpdate(NativeStatement statement, StackHead before, StackHead head) {
		statement.add("update " + this.tables.stack());
		statement.add("""
				set max_layers = ?, max_length = ?, archived = ?, has_pruner = ?, generation = ?, length = ?,
					oldest_generation = ?, version = ?""", head.maxLayers(), head.maxLength(), head.archived(),
				head.hasPruner(), head.generation(), head.length(), head.oldestGeneration(), head.version());
		if (!head.limits().equals(before.limits())) {
			List<@Nullable Long> limits = head.limits().values();
			for (int i = 0; i < limits.size(); i++) {
				statement.addOptional(", " + StackLimits.COLUMNS.get(i) + " = ?", limits.get(i));
			}
		}
		head.dueIn(before).ifPresent((seconds) -> {
			String due = this.tables.now() + " + cast(? as bigint) * interval '1' second";
			statement.add(
					", retention_due = case when retention_due < " + due + " then retention_due else " + due + " end",
					seconds, seconds);
		});
	}

	/**
	 * Adds the condition that no other transaction has a row locked, on PostgreSQL. The
	 * update then does not wait.
	 * @param ctid the physical location of the row, or null if that is not known
	 */
	void addIsFree(NativeStatement statement, String name, @Nullable String ctid) {
		statement.add("and name = (select l.name from " + this.tables.stack() + " l where l.name = ?", name);
		if (ctid != null) {
			statement.add("and l.ctid = ?::tid", ctid);
		}
		statement.add("for update skip locked)");
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
