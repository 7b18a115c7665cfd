package io.github.appendonly.jpa;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;

/**
 * Writes what is pushed and not placed at once to the inbox.
 */
final class InboxWriter {

	private final Transactions transactions;

	private final String insert;

	InboxWriter(Transactions transactions, Tables tables) {
		this.transactions = transactions;
		this.insert = "insert into " + tables.inbox()
				+ " (name, length, items, max_layers, max_length, archived, has_pruner) values (?, ?, ?, ?, ?, ?, ?)";
	}

	/**
	 * Writes a row in the transaction of the calling thread.
	 * @param name the name of the stack
	 * @param items what was pushed
	 * @param terms what it was pushed with
	 */
	void append(String name, ItemArray items, StackTerms terms) {
		this.transactions.onConnection((connection) -> {
			append(connection, name, items, terms);
			return name;
		});
	}

	/**
	 * Writes a row on a connection.
	 */
	void append(Connection connection, String name, ItemArray items, StackTerms terms) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.insert)) {
			statement.setString(1, name);
			statement.setInt(2, items.length());
			statement.setString(3, items.json());
			statement.setObject(4, terms.maxLayers(), Types.INTEGER);
			statement.setObject(5, terms.maxLength(), Types.INTEGER);
			statement.setObject(6, terms.archived(), Types.BOOLEAN);
			statement.setObject(7, terms.hasPruner(), Types.BOOLEAN);
			statement.executeUpdate();
		}
	}

}
