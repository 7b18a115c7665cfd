package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.appendonly.jpa.transaction.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of many stacks have changed, and what waits in their inboxes.
 */
public final class StackVersions {

	/*
	 * The statement runs up to 200 times a second, for up to thousands of stacks. So each
	 * name is looked up through both indexes, whatever PostgreSQL believes of the tables:
	 * they were small when it made its plan, and an inbox may consist of dead rows. Two
	 * subqueries leave it no other choice, as a join would.
	 */

	/** The maximum number of names in a statement without arrays. */
	private static final int PORTABLE_NAMES = 500;

	private static final int COLUMNS = 3;

	/**
	 * What was seen of a stack.
	 *
	 * @param version the version of its row, which differs after each change; null if
	 * there is no row
	 * @param waiting the lowest id in its inbox; null if the inbox is empty
	 */
	public record Seen(@Nullable Long version, @Nullable Long waiting) {

		/** What is seen of a stack that does not exist. */
		public static final Seen NOTHING = new Seen(null, null);

		private Seen and(Seen other) {
			return new Seen((this.version != null) ? this.version : other.version,
					(this.waiting != null) ? this.waiting : other.waiting);
		}

	}

	private final Transactions transactions;

	private final Tables tables;

	private final boolean byIndex;

	StackVersions(Transactions transactions, Tables tables, boolean portable) {
		this.transactions = transactions;
		this.tables = tables;
		this.byIndex = !portable;
	}

	/**
	 * Looks at stacks by one statement, on a connection of its own. Databases that are
	 * not known take one for each {@value #PORTABLE_NAMES} stacks. The caller must not be
	 * in a transaction.
	 * @param names the names of the stacks
	 * @return what was seen, by the names; a stack without a row and without an inbox may
	 * be left out
	 */
	public Map<String, Seen> of(Collection<String> names) {
		if (this.transactions.readsCommittedByDefault()) {
			return this.transactions.inAutoCommit((connection) -> of(connection, names));
		}
		return this.transactions
			.inOwnOnce(() -> this.transactions.onTransactionsConnection((connection) -> of(connection, names)));
	}

	private Map<String, Seen> of(Connection connection, Collection<String> names) throws SQLException {
		Map<String, Seen> seen = new HashMap<>();
		if (this.tables.database() != Database.OTHER) {
			byArray(names).queryAll(connection, (row) -> add(seen, row));
			return seen;
		}
		List<String> all = new ArrayList<>(names);
		for (int from = 0; from < all.size(); from += PORTABLE_NAMES) {
			byList(all.subList(from, Math.min(all.size(), from + PORTABLE_NAMES))).queryAll(connection,
					(row) -> add(seen, row));
		}
		return seen;
	}

	private NativeStatement byArray(Collection<String> names) {
		NativeStatement statement = new NativeStatement();
		if (this.byIndex) {
			statement.byIndex(COLUMNS);
		}
		Object array = names.toArray(String[]::new);
		return statement.add("""
				select n.name, (select s.version from %s s where s.name = n.name),
					(select q.id from %s q where q.name = n.name order by q.name, q.id fetch first 1 rows only)
				from unnest(cast(? as varchar(200) array)) n(name)""".formatted(this.tables.stack(),
				this.tables.inbox()), array);
	}

	private NativeStatement byList(List<String> names) {
		String list = "(" + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
		Object[] parameters = names.toArray();
		return new NativeStatement()
			.add("select s.name, s.version, cast(null as bigint) from " + this.tables.stack() + " s where s.name in "
					+ list, parameters)
			.add("union all select q.name, cast(null as bigint), min(q.id) from " + this.tables.inbox()
					+ " q where q.name in " + list + " group by q.name", parameters);
	}

	private static Seen add(Map<String, Seen> all, ResultSet row) throws SQLException {
		return all.merge(row.getString(1), new Seen(number(row, 2), number(row, 3)), Seen::and);
	}

	private static @Nullable Long number(ResultSet row, int column) throws SQLException {
		long number = row.getLong(column);
		return row.wasNull() ? null : number;
	}

}
