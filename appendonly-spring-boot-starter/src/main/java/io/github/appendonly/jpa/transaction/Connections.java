package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.SQLException;

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

	static boolean comesFromError(Throwable failure) {
		return failure instanceof Error || (failure.getCause() != null && comesFromError(failure.getCause()));
	}

}
