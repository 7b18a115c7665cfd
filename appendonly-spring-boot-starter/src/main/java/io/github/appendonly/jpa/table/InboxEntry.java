package io.github.appendonly.jpa.table;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

import io.github.appendonly.jpa.item.ItemKeys;
import io.github.appendonly.jpa.item.JsonArray;
import org.jspecify.annotations.Nullable;

/**
 * A row of an inbox: items that wait to be placed.
 *
 * @param id the id of the row
 * @param items the items
 * @param terms the terms that the items were pushed with
 * @param keys the keys of items that have one, as {@link ItemKeys#text()}
 */
public record InboxEntry(long id, JsonArray items, StackTerms terms, @Nullable String keys) {

	/** The columns of the inbox {@code q} that {@link #read} reads. */
	static final String COLUMNS = "q.id, q.length, q.items, q.max_layers, q.max_length, q.archived, q.has_pruner, "
			+ StackLimits.columnsOf("q") + ", q.item_keys";

	/** The number of these columns. */
	static final int COUNT = 8 + StackLimits.COLUMNS.size();

	/**
	 * Returns why this row cannot be placed, if it cannot. Programs that do not use this
	 * library may have written it.
	 */
	public Optional<String> flaw() {
		return this.terms.flaw().or(this.items::flaw).or(() -> ItemKeys.flaw(this.keys, this.items.length()));
	}

	/**
	 * Reads a row. Whitespace around the array does no harm and is left out.
	 * @param row the row of a result
	 * @param first the number of the first of {@link #COLUMNS} in the result
	 */
	static InboxEntry read(ResultSet row, int first) throws SQLException {
		return new InboxEntry(row.getLong(first), JsonArray.ofRow(row.getInt(first + 1), row.getString(first + 2)),
				new StackTerms(row.getObject(first + 3, Integer.class), row.getObject(first + 4, Integer.class),
						row.getObject(first + 5, Boolean.class), row.getObject(first + 6, Boolean.class),
						StackLimits.read(row, first + 7)),
				row.getString(first + COUNT - 1));
	}

}
