package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
	 * Executes a statement that reads.
	 * @param reader reads all rows, from before the first one
	 */
	<R> R queryWhole(NativeStatement statement, NativeStatement.RowReader<R> reader) {
		return this.transactions.onConnection((connection) -> withinTimeout(statement).queryWhole(connection, reader));
	}

	/**
	 * Executes a statement that writes, which needs a transaction.
	 * @return the number of changed rows
	 */
	int update(NativeStatement statement) {
		return this.transactions.onTransactionsConnection((connection) -> withinTimeout(statement).update(connection));
	}

	/**
	 * Executes a statement that writes and that the database may refuse. Hibernate does
	 * not see an expected refusal: it would log it, and end the transaction.
	 * @param expected the SQL states of the expected refusals
	 * @return the SQL state of the refusal; nothing if the statement was executed
	 */
	Optional<String> updateUnlessRefused(NativeStatement statement, Set<String> expected) {
		return this.transactions.onTransactionsConnection((connection) -> {
			try {
				withinTimeout(statement).update(connection);
				return Optional.empty();
			}
			catch (SQLException ex) {
				String state = String.valueOf(ex.getSQLState());
				if (!expected.contains(state)) {
					throw ex;
				}
				return Optional.of(state);
			}
		});
	}

	/**
	 * Returns whether each statement sees what is committed when it begins, and not the
	 * snapshot of a transaction.
	 */
	boolean seesLatest() {
		return this.transactions
			.onConnection(Connection::getTransactionIsolation) <= Connection.TRANSACTION_READ_COMMITTED;
	}

	private NativeStatement withinTimeout(NativeStatement statement) {
		return statement.timeout(this.transactions.remainingSeconds());
	}

}
