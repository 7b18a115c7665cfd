package io.github.appendonly.jpa.table;

import java.util.List;

import io.github.appendonly.jpa.item.JsonArray;

/**
 * The table of the accumulators. Statements run in the transaction of the calling thread.
 */
public final class AccumulatorTable {

	private final Statements statements;

	private final String table;

	private final QueueStatements queue;

	AccumulatorTable(Statements statements, Tables tables) {
		this.statements = statements;
		this.table = tables.accumulator();
		this.queue = new QueueStatements(this.table);
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
	public void append(String name, JsonArray items) {
		update(new NativeStatement().add("insert into " + this.table + " (name, length, items) values (?, ?, ?)", name,
				items.length(), items.json()));
	}

	/**
	 * Reads the first rows and locks them. Rows that another transaction has locked are
	 * skipped.
	 * @param name the name of the accumulator
	 * @param after the id after which the rows begin
	 * @param limit the maximum number of rows
	 * @return the rows, in the order of their ids
	 */
	public List<AccumulatorRepository.Queued> claim(String name, long after, int limit) {
		NativeStatement statement = new NativeStatement().add(
				"select id, length, items from " + this.table
						+ " where name = ? and id > ? order by name, id fetch first ? rows only for update skip locked",
				name, after, limit);
		return this.statements.queryAll(statement,
				(row) -> new AccumulatorRepository.Queued(row.getLong(1), row.getInt(2), row.getString(3)));
	}

	/**
	 * Replaces the items of a row.
	 */
	public void replace(String name, long id, JsonArray items) {
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
