package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.item.JsonArray;

/**
 * The table of the accumulators. Statements run in the transaction of the calling thread,
 * or on the given connection.
 */
public final class AccumulatorTable {

	/**
	 * A row that is added.
	 *
	 * @param accumulator the name of the accumulator
	 * @param items the items
	 */
	public record Row(String accumulator, JsonArray items) {
	}

	/**
	 * A row of an accumulator.
	 *
	 * @param id the id of the row
	 * @param items the items
	 */
	public record Queued(long id, JsonArray items) {

		Queued(long id, int length, String json) {
			this(id, new JsonArray(length, json));
		}

	}

	/**
	 * What PostgreSQL may plan: "on" or "off".
	 *
	 * @param sorts whether it may sort
	 * @param scans whether it may read a whole table
	 */
	private record Planning(String sorts, String scans) {
	}

	private final Statements statements;

	private final String table;

	private final QueueStatements queue;

	AccumulatorTable(Statements statements, Tables tables) {
		this.statements = statements;
		this.table = tables.accumulator();
		this.queue = new QueueStatements(tables.database(), this.table);
	}

	/**
	 * Returns the name of the table, for messages.
	 */
	public String name() {
		return this.table;
	}

	/**
	 * Adds a row.
	 */
	public void insert(Row row) {
		update(insertion(row).asStatement());
	}

	/**
	 * Returns the insertion of a row.
	 */
	public KeyTable.Insertion insertion(Row row) {
		return new KeyTable.Insertion((statement, before) -> statement.add(
				"insert into " + this.table + " (name, length, items) " + before + "?, ?, ?", row.accumulator(),
				row.items().length(), row.items().json()));
	}

	/**
	 * Adds rows by one statement, in their order. Only PostgreSQL knows it.
	 * @param connection the connection
	 * @param rows the rows, at least one
	 * @return the number of rows
	 */
	public int insert(Connection connection, List<Row> rows) throws SQLException {
		return new NativeStatement()
			.add("insert into " + this.table
					+ " (name, length, items) select * from unnest(?::text[], ?::integer[], ?::text[])",
					rows.stream().map(Row::accumulator).toArray(String[]::new),
					rows.stream().map((row) -> row.items().length()).toArray(Integer[]::new),
					rows.stream().map((row) -> row.items().json()).toArray(String[]::new))
			.update(connection);
	}

	/**
	 * Adds a row with an id that the database has once assigned.
	 */
	public void insert(String name, long id, JsonArray items) {
		update(new NativeStatement().add(
				"insert into " + this.table + " (name, id, length, items) overriding system value values (?, ?, ?, ?)",
				name, id, items.length(), items.json()));
	}

	/**
	 * Removes the first rows, up to the one whose items reach a limit. Rows that another
	 * transaction has locked are skipped. All rows that this looks at stay locked. Only
	 * PostgreSQL knows the statement.
	 * @param name the name of the accumulator
	 * @param after the id after which the rows begin
	 * @param maxRows the maximum number of rows
	 * @param maxItems the number of items from which on no further row is removed
	 * @return the removed rows, in the order of their ids
	 */
	public List<Queued> take(String name, long after, int maxRows, int maxItems) {
		Planning before = planDirectly();
		NativeStatement statement = new NativeStatement()
			.add("with locked as materialized (select id, length, ctid as place from " + this.table
					+ " where name = ? and id > ? order by name, id fetch first ? rows only for update skip locked),",
					name, after, maxRows)
			.add("counted as (select place, sum(length) over (order by id) - length as before from locked)")
			.add("delete from " + this.table
					+ " where ctid = any (array(select place from counted where before < ?)) returning id, length, items",
					maxItems);
		List<Queued> rows = new ArrayList<>(this.statements.queryAll(statement, AccumulatorTable::queued));
		plan(before);
		rows.sort(Comparator.comparingLong(Queued::id));
		return rows;
	}

	/**
	 * Has PostgreSQL follow the index, and then the places of the rows, until the
	 * transaction ends. It would otherwise read and sort the whole queue as long as it
	 * believes that the queue is short. It believes so while it has no statistics, and it
	 * keeps a plan that it made while the queue was empty.
	 * @return the settings before
	 */
	private Planning planDirectly() {
		return plan(new Planning("off", "off"));
	}

	private Planning plan(Planning planning) {
		NativeStatement change = new NativeStatement().add(
				"select current_setting('enable_sort'), current_setting('enable_seqscan'),"
						+ " set_config('enable_sort', ?, true), set_config('enable_seqscan', ?, true)",
				planning.sorts(), planning.scans());
		return this.statements.query(change, (row) -> new Planning(row.getString(1), row.getString(2))).orElseThrow();
	}

	private static Queued queued(ResultSet row) throws SQLException {
		return new Queued(row.getLong(1), row.getInt(2), row.getString(3));
	}

	/**
	 * Reads the first rows and locks them. Rows that another transaction has locked are
	 * skipped.
	 * @param name the name of the accumulator
	 * @param after the id after which the rows begin
	 * @param limit the maximum number of rows
	 * @return the rows, in the order of their ids
	 */
	public List<Queued> claim(String name, long after, int limit) {
		NativeStatement statement = new NativeStatement().add(
				"select id, length, items from " + this.table
						+ " where name = ? and id > ? order by name, id fetch first ? rows only for update skip locked",
				name, after, limit);
		return this.statements.queryAll(statement, AccumulatorTable::queued);
	}

	/**
	 * Reads a row and locks it. It waits for another transaction that has it locked.
	 * @return nothing if there is no such row
	 */
	public Optional<Queued> lock(String name, long id) {
		NativeStatement statement = new NativeStatement()
			.add("select id, length, items from " + this.table + " where name = ? and id = ? for update", name, id);
		return this.statements.query(statement, AccumulatorTable::queued);
	}

	/**
	 * Replaces the items of a row.
	 */
	public void update(String name, long id, JsonArray items) {
		update(new NativeStatement().add(
				"update " + this.table + " set length = ?, items = ? where name = ? and id = ?", items.length(),
				items.json(), name, id));
	}

	/**
	 * Removes rows by their ids, never by a range: rows with lower ids may commit at any
	 * time.
	 */
	public void delete(String name, List<Long> ids) {
		this.statements.update(this.queue.delete(name, ids));
	}

	/**
	 * Removes all rows of an accumulator.
	 */
	public void deleteAll(String name) {
		this.statements.update(this.queue.deleteAll(name));
	}

	private void update(NativeStatement statement) {
		this.statements.update(statement);
	}

}
