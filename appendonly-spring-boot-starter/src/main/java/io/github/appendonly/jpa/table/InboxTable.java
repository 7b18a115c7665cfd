package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.appendonly.jpa.item.ItemKeys;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.KeyedItems;

/**
 * The table of the stacks' inboxes. Statements run in the transaction of the calling
 * thread, or on the given connection.
 */
public final class InboxTable {

	private final Statements statements;

	private final String table;

	private final QueueStatements queue;

	InboxTable(Statements statements, Tables tables) {
		this.statements = statements;
		this.table = tables.inbox();
		this.queue = new QueueStatements(tables.database(), this.table);
	}

	/**
	 * A row that is added.
	 *
	 * @param stack the name of the stack
	 * @param items the items that were pushed, with the keys of those that have one
	 * @param terms the terms that the items were pushed with
	 */
	public record Row(String stack, KeyedItems items, StackTerms terms) {

		/**
		 * Creates a row of items without keys.
		 */
		public Row(String stack, JsonArray items, StackTerms terms) {
			this(stack, KeyedItems.without(items), terms);
		}

		private boolean isLimited() {
			return this.terms.limits().setAny();
		}

		private boolean hasKeys() {
			return !this.items.keys().isEmpty();
		}

	}

	/**
	 * Adds a row.
	 */
	public void append(Row row) {
		this.statements.update(insertion(List.of(row)));
	}

	/**
	 * Returns the insertion of a row.
	 */
	public KeyTable.Insertion insertion(Row row) {
		return new KeyTable.Insertion((statement, before) -> add(statement, List.of(row), before, ""));
	}

	/**
	 * Adds a row on a connection.
	 */
	public int append(Connection connection, String stack, JsonArray items, StackTerms terms) throws SQLException {
		return append(connection, List.of(new Row(stack, items, terms)));
	}

	/**
	 * Adds rows by one statement on a connection, in their order.
	 * @param rows the rows, at least one
	 * @return the number of rows
	 */
	public int append(Connection connection, List<Row> rows) throws SQLException {
		return insertion(rows).update(connection);
	}

	private NativeStatement insertion(List<Row> rows) {
		NativeStatement statement = new NativeStatement();
		add(statement, rows, "values (", "), (");
		return statement.add(")");
	}

	private void add(NativeStatement statement, List<Row> rows, String before, String between) {
		boolean limited = rows.stream().anyMatch(Row::isLimited);
		boolean keyed = rows.stream().anyMatch(Row::hasKeys);
		statement.add("insert into " + this.table
				+ " (name, length, items, max_layers, max_length, archived, has_pruner"
				+ (limited ? ", " + String.join(", ", StackLimits.COLUMNS) : "") + (keyed ? ", item_keys" : "") + ")");
		String next = before;
		for (Row row : rows) {
			JsonArray items = row.items().items();
			statement.add(next + "?, ?, ?", row.stack(), items.length(), items.json())
				.addOptional(", ?", row.terms().maxLayers())
				.addOptional(", ?", row.terms().maxLength())
				.addOptional(", ?", row.terms().archived())
				.addOptional(", ?", row.terms().hasPruner());
			if (limited) {
				row.terms().limits().values().forEach((limit) -> statement.addOptional(", ?", limit));
			}
			if (keyed) {
				statement.addOptional(", ?", row.items().keys().text());
			}
			next = between;
		}
	}

	/**
	 * Returns the first rows of an inbox, in the order of their ids. If one transaction
	 * committed before another one began, its row has the lower id.
	 */
	public List<InboxEntry> waiting(String stack, int limit) {
		NativeStatement statement = new NativeStatement().add("select " + InboxEntry.COLUMNS + " from " + this.table
				+ " q where q.name = ? order by q.name, q.id fetch first ? rows only", stack, limit);
		return this.statements.queryAll(statement, (row) -> InboxEntry.read(row, 1));
	}

	/**
	 * Returns whether items wait in an inbox.
	 */
	public boolean anyIn(String stack) {
		return this.statements.query(this.queue.anyIn(stack), (row) -> row.getInt(1)).isPresent();
	}

	/**
	 * Returns the number of items in the first rows of an inbox.
	 */
	public long sizeOfFirst(String stack, int rows) {
		return this.statements.query(this.queue.sizeOfFirst(stack, rows), (row) -> row.getLong(1)).orElse(0L);
	}

	/**
	 * Removes rows by their ids, never by a range: rows with lower ids may commit at any
	 * time.
	 * @return whether all of the rows existed
	 */
	public boolean delete(String stack, List<Long> ids) {
		return this.statements.update(this.queue.delete(stack, ids)) == ids.size();
	}

	/**
	 * Removes all rows of an inbox. A row with keys that comes meanwhile stays.
	 * @return the keys of the items in the removed rows
	 */
	public List<String> deleteAll(String stack) {
		Map<Long, String> keyed = new TreeMap<>();
		this.statements.queryAll(
				new NativeStatement().add("select id, item_keys from " + this.table
						+ " where name = ? and item_keys is not null order by name, id", stack),
				(row) -> keyed.put(row.getLong(1), row.getString(2)));
		this.statements.update(new NativeStatement()
			.add("delete from " + this.table + " where name = ? and item_keys is null", stack));
		if (!keyed.isEmpty()) {
			this.statements.update(this.queue.delete(stack, List.copyOf(keyed.keySet())));
		}
		return keyed.values().stream().flatMap((keys) -> ItemKeys.in(keys).stream()).toList();
	}

	/**
	 * Adds the condition that the inbox is empty.
	 */
	void addIsEmpty(NativeStatement statement, String stack) {
		statement.add("and not exists (select from " + this.table + " where name = ?)", stack);
	}

	/**
	 * Adds the condition that rows exist.
	 */
	void addHolds(NativeStatement statement, String stack, Collection<Long> ids) {
		statement.add("and (select count(*) from " + this.table + " where name = ? and id = any (?::bigint[])) = ?",
				stack, ids.toArray(Long[]::new), ids.size());
	}

	/**
	 * Adds the part of a batch's statement that removes rows.
	 */
	void addDeletion(NativeStatement statement, String stack, Collection<Long> ids) {
		statement.add(", taken as (delete from " + this.table + " where name = ? and id = any (?::bigint[])"
				+ " and exists (select from head))", stack, ids.toArray(Long[]::new));
	}

}
