package io.github.appendonly.jpa.table;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import io.github.appendonly.jpa.entity.SetAsideRow;
import io.github.appendonly.jpa.item.ItemKeys;

/**
 * The table of the rows of inboxes that cannot be placed. Statements run in the
 * transaction of the calling thread.
 */
public final class SetAsideTable {

	private static final String COLUMNS = "name, length, items, max_layers, max_length, archived, has_pruner,"
			+ " item_keys";

	private final Statements statements;

	private final String table;

	private final String inbox;

	private final QueueStatements queue;

	private final QueueStatements inboxQueue;

	SetAsideTable(Statements statements, Tables tables) {
		this.statements = statements;
		this.table = tables.setAside();
		this.inbox = tables.inbox();
		this.queue = new QueueStatements(tables.database(), this.table);
		this.inboxQueue = new QueueStatements(tables.database(), this.inbox);
	}

	/**
	 * Returns the name of the table, for messages.
	 */
	public String name() {
		return this.table;
	}

	/**
	 * Moves rows of an inbox to this table, as they are.
	 * @param stack the name of the stack
	 * @param rows the rows, each with a flaw; at least one
	 * @return whether all of the rows were still in the inbox
	 */
	public boolean takeFromInbox(String stack, List<InboxEntry> rows) {
		for (InboxEntry row : rows) {
			String reason = row.flaw().orElse("");
			this.statements.update(new NativeStatement()
				.add("insert into " + this.table + " (" + COLUMNS + ", inbox_id, reason, set_aside_at)")
				.add("select " + COLUMNS + ", id, cast(? as varchar(" + SetAsideRow.REASON_LENGTH
						+ ")), cast(? as timestamp(6) with time zone)",
						reason.substring(0, Math.min(reason.length(), SetAsideRow.REASON_LENGTH)),
						Instant.now().atOffset(ZoneOffset.UTC))
				.add("from " + this.inbox + " where name = ? and id = ?", stack, row.id()));
		}
		List<Long> ids = rows.stream().map(InboxEntry::id).toList();
		return this.statements.update(this.inboxQueue.delete(stack, ids)) == ids.size();
	}

	/**
	 * Removes all rows of a stack.
	 * @return the keys of the items in the removed rows
	 */
	public List<String> deleteAll(String stack) {
		List<String> keys = this.statements
			.queryAll(
					new NativeStatement().add(
							"select item_keys from " + this.table + " where name = ? and item_keys is not null", stack),
					(row) -> ItemKeys.in(row.getString(1)))
			.stream()
			.flatMap(List::stream)
			.toList();
		this.statements.update(this.queue.deleteAll(stack));
		return keys;
	}

}
