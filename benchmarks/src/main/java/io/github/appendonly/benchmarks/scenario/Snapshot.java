package io.github.appendonly.benchmarks.scenario;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

import io.github.appendonly.benchmarks.database.Access;

/**
 * A session that is idle in a transaction after a read, like a forgotten one or a long
 * report.
 */
final class Snapshot {

	private Snapshot() {
	}

	/**
	 * Runs work while such a session exists.
	 * @param access the database
	 * @param work the work
	 */
	static void hold(Access access, Runnable work) {
		try (Connection connection = DriverManager.getConnection(access.url(), access.username(), access.password());
				Statement statement = connection.createStatement()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			statement.execute("select count(*) from bench_account_item");
			work.run();
			connection.rollback();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The snapshot was lost", ex);
		}
	}

}
