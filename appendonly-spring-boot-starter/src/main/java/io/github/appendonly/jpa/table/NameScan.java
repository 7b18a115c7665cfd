package io.github.appendonly.jpa.table;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.springframework.util.function.SingletonSupplier;

/**
 * Finds names of structures that begin with a prefix, in pages.
 */
public final class NameScan {

	/*
	 * The names with one prefix are a range of the index, where names are ordered by
	 * their code points. A language orders them otherwise: it may skip a hyphen, so that
	 * "feed-a", "feedb" and "feed-c" follow each other. So the scripts for PostgreSQL
	 * give names the collation "C", and the statements name it: where Hibernate has made
	 * the tables they are slower, but right. H2 compares the UTF-16 units of texts,
	 * unless it was given a language. There, and on other databases, all names are looked
	 * at, and the order is the database's.
	 *
	 * An empty text is no parameter: H2 can be told to take it for null, as Oracle does.
	 */

	private final Statements statements;

	private final Tables tables;

	private final SingletonSupplier<Boolean> ordered = SingletonSupplier.of(this::isOrdered);

	NameScan(Statements statements, Tables tables) {
		this.statements = statements;
		this.tables = tables;
	}

	/**
	 * Returns whether the names that begin with a prefix follow each other.
	 */
	private boolean isOrdered() {
		return switch (this.tables.database()) {
			case POSTGRESQL -> true;
			case OTHER -> false;
			case H2 ->
				this.statements
					.query(new NativeStatement()
						.add("select 1 from INFORMATION_SCHEMA.SETTINGS where upper(SETTING_NAME) = 'COLLATION'"),
							(row) -> row.getInt(1))
					.isEmpty();
		};
	}

	/**
	 * Returns names of stacks that have a row.
	 * @param prefix the beginning of the names
	 * @param after the name before the first one
	 * @param excludedEnd the end of names that are left out; empty to leave none out
	 * @param limit the maximum number of names
	 */
	public List<String> stacks(String prefix, String after, String excludedEnd, int limit) {
		String column = column("s.name");
		NativeStatement statement = new NativeStatement().add("select s.name from " + this.tables.stack() + " s");
		addRange(statement, column, prefix, after);
		if (!excludedEnd.isEmpty()) {
			statement.add("and s.name not like ? escape '!'", "%" + escaped(excludedEnd));
		}
		statement.add("order by " + column + " fetch first ? rows only", limit);
		return this.statements.queryAll(statement, (row) -> row.getString(1));
	}

	/**
	 * Returns names that stacks of parked entries of a stack may have, of which there are
	 * rows or items that wait in an inbox. The id of a subscriber may have dots, and so
	 * may the name of a stack, so names with more dots are left out.
	 */
	public List<String> parkedOf(String stack) {
		String prefix = stack + ".";
		String end = escaped(SubscriberHead.PARKED);
		NativeStatement statement = new NativeStatement();
		for (String table : List.of(this.tables.stack(), this.tables.inbox())) {
			statement.add((table.equals(this.tables.inbox()) ? "union " : "") + "select s.name from " + table + " s");
			addRange(statement, column("s.name"), prefix, prefix);
			statement.add("and s.name like ? escape '!'", "%" + end)
				.add("and s.name not like ? escape '!'", escaped(prefix) + "%.%" + end);
		}
		return this.statements.queryAll(statement, (row) -> row.getString(1));
	}

	/**
	 * Returns names of archives. Each costs one step through an index, however many
	 * layers there are.
	 */
	public List<String> archives(String prefix, String after, int limit) {
		return names("archive", this.tables.archivedLayer(), prefix, after, limit);
	}

	/**
	 * Returns names of accumulators that are not empty, in the same way.
	 */
	public List<String> accumulators(String prefix, String after, int limit) {
		return names("name", this.tables.accumulator(), prefix, after, limit);
	}

	private List<String> names(String column, String table, String prefix, String after, int limit) {
		return Stream
			.iterate(next(column, table, prefix, after), Optional::isPresent,
					(name) -> name.flatMap((before) -> next(column, table, prefix, before)))
			.flatMap(Optional::stream)
			.limit(limit)
			.toList();
	}

	private Optional<String> next(String column, String table, String prefix, String after) {
		NativeStatement statement = new NativeStatement().add("select min(" + column(column) + ") from " + table);
		addRange(statement, column(column), prefix, after);
		return this.statements.query(statement, (row) -> Optional.ofNullable(row.getString(1))).flatMap((name) -> name);
	}

	/**
	 * Returns whether there is anything of a stack: its row, items that wait in its
	 * inbox, or layers in its archive.
	 */
	public boolean exists(String stack) {
		String first = " = ? fetch first 1 rows only)";
		NativeStatement statement = new NativeStatement()
			.add("(select 1 from " + this.tables.stack() + " where name" + first, stack)
			.add("union all (select 1 from " + this.tables.inbox() + " where name" + first, stack)
			.add("union all (select 1 from " + this.tables.archivedLayer() + " where archive" + first, stack);
		return this.statements.query(statement, (row) -> row.getInt(1)).isPresent();
	}

	/**
	 * Returns the number of items in the first rows of the inboxes of stacks whose names
	 * begin with a prefix.
	 */
	public long waiting(String prefix, int rows) {
		NativeStatement statement = new NativeStatement()
			.add("select coalesce(sum(q.length), 0) from (select length from " + this.tables.inbox());
		addRange(statement, column("name"), prefix, "");
		statement.add("fetch first ? rows only) q", rows);
		return this.statements.query(statement, (row) -> row.getLong(1)).orElse(0L);
	}

	private String column(String column) {
		return (this.tables.database() == Database.POSTGRESQL) ? column + " collate \"C\"" : column;
	}

	private void addRange(NativeStatement statement, String column, String prefix, String after) {
		statement.add("where 1 = 1");
		if (!after.isEmpty()) {
			statement.add("and " + column + " > ?", after);
		}
		if (prefix.isEmpty()) {
			return;
		}
		if (!this.ordered.obtain()) {
			boolean units = this.tables.database() == Database.H2;
			int length = units ? prefix.length() : prefix.codePointCount(0, prefix.length());
			statement.add("and substring(" + column + " from 1 for " + length + ") = ?", prefix);
			return;
		}
		statement.add("and " + column + " >= ?", prefix);
		String end = (this.tables.database() == Database.H2) ? endByUnits(prefix) : endByCodePoints(prefix);
		if (!end.isEmpty()) {
			statement.add("and " + column + " < ?", end);
		}
	}

	private static String escaped(String text) {
		return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
	}

	/**
	 * Returns the first text after all those that begin with a prefix, in the order of
	 * code points.
	 * @return the text; empty if there is none
	 */
	static String endByCodePoints(String prefix) {
		int last = prefix.length();
		while (last > 0) {
			int codePoint = prefix.codePointBefore(last);
			last -= Character.charCount(codePoint);
			if (codePoint < Character.MAX_CODE_POINT) {
				int next = (codePoint + 1 == Character.MIN_SURROGATE) ? Character.MAX_SURROGATE + 1 : codePoint + 1;
				return prefix.substring(0, last) + Character.toString(next);
			}
		}
		return "";
	}

	/**
	 * Returns the first text after all those that begin with a prefix, in the order of
	 * UTF-16 units. It may end with half of a character.
	 * @return the text; empty if there is none
	 */
	static String endByUnits(String prefix) {
		int last = prefix.length() - 1;
		while (last >= 0 && prefix.charAt(last) == Character.MAX_VALUE) {
			last--;
		}
		return (last >= 0) ? prefix.substring(0, last) + (char) (prefix.charAt(last) + 1) : "";
	}

}
