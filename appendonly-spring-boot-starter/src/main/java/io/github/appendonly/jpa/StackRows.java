package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;

/**
 * The row of a stack and what waits in its inbox, as a batch needs them, in the
 * transaction of the calling thread.
 */
final class StackRows {

	private final Transactions transactions;

	private final Tables tables;

	StackRows(Transactions transactions, Tables tables) {
		this.transactions = transactions;
		this.tables = tables;
	}

	Optional<StackHead> head(String name) {
		return head(name, "");
	}

	/**
	 * Reads the row and keeps it locked until the end of the transaction.
	 */
	Optional<StackHead> lockedHead(String name) {
		return head(name, "for update");
	}

	private Optional<StackHead> head(String name, String lock) {
		NativeStatement statement = new NativeStatement()
			.add("select " + StackHead.COLUMNS + " from " + this.tables.stack() + " s where s.name = ? " + lock, name);
		return this.transactions.onConnection((connection) -> statement.query(connection, StackHead::read));
	}

	/**
	 * Replaces a stack's row if it still has the version that was read.
	 * @param name the name of the stack
	 * @param head the new row, with the version that was read
	 * @return whether it was replaced; not if another transaction did so in between
	 */
	boolean advance(String name, StackHead head) {
		return update(new NativeStatement().add("""
				update %s set max_layers = ?, max_length = ?, archived = ?, has_pruner = ?, generation = ?,
					length = ?, oldest_generation = ?, pruned_length = ?, version = version + 1
				where name = ? and version = ?""".formatted(this.tables.stack()), head.maxLayers(), head.maxLength(),
				head.archived(), head.hasPruner(), head.generation(), head.length(), head.oldestGeneration(),
				head.prunedLength(), name, head.version())) == 1;
	}

	void insert(String stack, Slice slice) {
		update(new NativeStatement().add(
				"insert into " + this.tables.slice()
						+ " (stack, generation, first_index, length, items) values (?, ?, ?, ?, ?)",
				stack, slice.generation(), slice.firstIndex(), slice.items().length(), slice.items().json()));
	}

	/**
	 * What committed transactions pushed, in the order of the ids. Of two transactions of
	 * which one committed before the other began, the first has the lower id.
	 */
	List<WaitingRow> waiting(String name) {
		NativeStatement statement = new NativeStatement().add(
				"select " + WaitingRow.COLUMNS + " from " + this.tables.inbox()
						+ " q where q.name = ? order by q.name, q.id fetch first ? rows only",
				name, BatchPlan.INBOX_ROWS);
		return this.transactions
			.onConnection((connection) -> statement.queryAll(connection, (row) -> WaitingRow.read(row, 1)));
	}

	/**
	 * Deletes rows of an inbox by their ids alone: a lower id than those that were read
	 * may commit at any time.
	 * @return whether all of them were there
	 */
	boolean delete(String name, List<Long> ids) {
		String marks = "?, ".repeat(ids.size() - 1) + "?";
		NativeStatement statement = new NativeStatement()
			.add("delete from " + this.tables.inbox() + " where name = ?", name)
			.add("and id in (" + marks + ")", ids.toArray());
		return update(statement) == ids.size();
	}

	private int update(NativeStatement statement) {
		return this.transactions.onConnection(statement::update);
	}

}
