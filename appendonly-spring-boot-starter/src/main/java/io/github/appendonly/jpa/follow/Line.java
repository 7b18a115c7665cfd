package io.github.appendonly.jpa.follow;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.github.appendonly.jpa.table.NotifyChannel;
import io.github.appendonly.jpa.transaction.ConnectionSource;

/**
 * A connection on which notices arrive.
 */
interface Line extends AutoCloseable {

	/**
	 * Opens lines.
	 */
	@FunctionalInterface
	interface Exchange {

		/**
		 * Opens a line. What is sent when this method has returned arrives on it.
		 */
		Line open() throws SQLException;

	}

	/**
	 * Waits for payloads.
	 * @param limit the maximum time to wait
	 * @return the payloads; none if the time is over
	 */
	List<String> receive(Duration limit) throws SQLException;

	/**
	 * Has nothing arrive any more, if that is possible. A connection that goes through a
	 * pool may be used by others next.
	 */
	void leave() throws SQLException;

	/**
	 * Closes the line. Another thread may wait for payloads: its wait fails.
	 */
	@Override
	void close() throws SQLException;

	/**
	 * Returns what opens lines on PostgreSQL.
	 */
	static Exchange on(ConnectionSource connections) {
		return () -> {
			Connection connection = connections.open();
			try {
				connection.setAutoCommit(true);
				NotifyChannel.listen(connection);
			}
			catch (SQLException | RuntimeException ex) {
				connection.close();
				throw ex;
			}
			return new Line() {

				@Override
				public List<String> receive(Duration limit) throws SQLException {
					return NotifyChannel.receive(connection, limit);
				}

				@Override
				public void leave() throws SQLException {
					NotifyChannel.unlisten(connection);
				}

				/** Another thread may be waiting for the server, for ever. */
				@Override
				public void close() throws SQLException {
					connection.abort(Runnable::run);
				}

			};
		};
	}

}
