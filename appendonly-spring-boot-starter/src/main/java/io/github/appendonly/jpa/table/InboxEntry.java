package io.github.appendonly.jpa.table;

import java.sql.ResultSet;
import java.sql.SQLException;

import io.github.appendonly.jpa.item.JsonArray;

/**
 * A row of an inbox: items that wait to be placed.
 *
 * @param id the id of the row
 * @param items the items
 * @param terms the terms that the items were pushed with
 */
public record InboxEntry(long id, JsonArray items, StackTerms terms) {

	/** The columns of the inbox {@code q} that {@link #read} reads. */
	static final String COLUMNS = "q.id, q.length, q.items, q.max_layers, q.max_length, q.archived, q.has_pruner";

	/**
	 * Reads a row.
	 * @param row the row of a result
	 * @param first the number of the first of {@link #COLUMNS} in the result
	 */
	static InboxEntry read(ResultSet row, int first) throws SQLException {
		return new InboxEntry(row.getLong(first), new JsonArray(row.getInt(first + 1), row.getString(first + 2)),
				new StackTerms(row.getObject(first + 3, Integer.class), row.getObject(first + 4, Integer.class),
						row.getObject(first + 5, Boolean.class), row.getObject(first + 6, Boolean.class)));
	}

}
