package io.github.appendonly.jpa.table;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.transaction.Transactions;

/**
 * Executes statements in the transaction of the calling thread, within its timeout.
 * Statements that only read may run outside transactions.
 */
final class Statements {

	private final Transactions transactions;

	Statements(Transactions transactions) {
		this.transactions = transactions;
	}

	/**
	 * Executes a statement that reads.
	 * @return the first row, if any
	 */
	<R> Optional<R> query(NativeStatement statement, NativeStatement.RowReader<R> reader) {
		return this.transactions.onConnection((connection) -> withinTimeout(statement).query(connection, reader));
	}

	/**
	 * Executes a statement that reads.
	 * @return all rows
	 */
	<R> List<R> queryAll(NativeStatement statement, NativeStatement.RowReader<R> reader) {
		return this.transactions.onConnection((connection) -> withinTimeout(statement).queryAll(connection, reader));
	}

	/**
	 * Executes a statement that writes, which needs a transaction.
	 * @return the number of changed rows
	 */
	int update(NativeStatement statement) {
		return this.transactions.onTransactionsConnection((connection) -> withinTimeout(statement).update(connection));
	}

	/**
	 * Executes a statement that inserts one row, unless there is a row with its key.
	 */
	void insertUnlessPresent(NativeStatement statement, String uniqueViolation) {
		this.transactions.onTransactionsConnection((connection) -> {
			try {
				return withinTimeout(statement).update(connection);
			}
			catch (SQLException ex) {
				if (!uniqueViolation.equals(ex.getSQLState())) {
					throw ex;
				}
				return 0;
			}
		});
	}

	private NativeStatement withinTimeout(NativeStatement statement) {
		return statement.timeout(this.transactions.remainingSeconds());
	}

}
