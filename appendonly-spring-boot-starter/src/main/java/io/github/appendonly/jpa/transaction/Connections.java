package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;

import org.hibernate.jdbc.ReturningWork;

/**
 * Leaves connections clean after a failure, or breaks them, so that nobody uses them
 * again.
 */
public final class Connections {

	/*
	 * An error may come at any moment: a driver may be in the middle of an answer, and
	 * would take the rest of it for the answer to the next statement. So such a
	 * connection is broken, and the pool drops it. A driver that works within this JVM
	 * does not support that, and has no such answers. There the connection is cleaned.
	 */

	/**
	 * Cleans a connection.
	 */
	@FunctionalInterface
	public interface Cleaning {

		/**
		 * Rolls back, for example.
		 */
		void clean(Connection connection) throws SQLException;

	}

	private Connections() {
	}

	/**
	 * Runs work on a connection on which each statement commits by itself. Afterwards the
	 * connection is as it was.
	 */
	static <R> R inAutoCommit(Connection connection, ReturningWork<R> work) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		R result;
		try {
			connection.setAutoCommit(true);
			result = work.execute(connection);
		}
		catch (Throwable ex) {
			afterFailure(connection, ex, (failed) -> failed.setAutoCommit(autoCommit));
			throw ex;
		}
		connection.setAutoCommit(autoCommit);
		return result;
	}

	/**
	 * Cleans a connection after a failure, and breaks it after an error. If this fails
	 * too, it does not hide the failure.
	 * @param connection the connection
	 * @param failure the failure; a further failure becomes a suppressed one
	 * @param cleaning cleans the connection
	 */
	public static void afterFailure(Connection connection, Throwable failure, Cleaning cleaning) {
		try {
			if (comesFromError(failure)) {
				connection.abort(Runnable::run);
			}
			cleaning.clean(connection);
		}
		catch (SQLException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Does work for which the server must answer in time. Otherwise the driver closes the
	 * connection, and the work fails. A pool that does not support that has no limit.
	 * @param limit how long each answer may take
	 * @param connection the connection, which has its own limit again afterwards
	 * @param work the work
	 */
	public static <R> R within(Duration limit, Connection connection, ReturningWork<R> work) throws SQLException {
		int before;
		try {
			before = connection.getNetworkTimeout();
			connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
		}
		catch (SQLFeatureNotSupportedException | AbstractMethodError ex) {
			return work.execute(connection);
		}
		R result;
		try {
			result = work.execute(connection);
		}
		catch (Throwable ex) {
			afterFailure(connection, ex, (failed) -> failed.setNetworkTimeout(Runnable::run, before));
			throw ex;
		}
		connection.setNetworkTimeout(Runnable::run, before);
		return result;
	}

	static boolean comesFromError(Throwable failure) {
		return failure instanceof Error || (failure.getCause() != null && comesFromError(failure.getCause()));
	}

}
