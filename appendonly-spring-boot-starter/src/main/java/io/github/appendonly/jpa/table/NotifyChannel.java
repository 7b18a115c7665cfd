package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.jpa.transaction.Connections;
import io.github.appendonly.jpa.transaction.Transactions;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * The channel on which nodes notify each other, on PostgreSQL. All applications of a
 * database use the same one.
 */
public final class NotifyChannel {

	/** The maximum number of bytes of a payload. */
	public static final int MAX_PAYLOAD = 7999;

	private static final String NAME = "appendonly";

	/** How long the network may take: what is sent is only a hint. */
	private static final Duration LIMIT = Duration.ofSeconds(5);

	private final Transactions transactions;

	NotifyChannel(Transactions transactions) {
		this.transactions = transactions;
	}

	/**
	 * Sends payloads by a statement that does nothing else and commits by itself: its
	 * commit takes a lock of the whole server. The caller must not be in a transaction.
	 * If the network hangs, this fails after some seconds.
	 */
	public void send(List<String> payloads) {
		NativeStatement sending = new NativeStatement().add(
				"select count(pg_notify('" + NAME + "', n.payload)) from unnest(cast(? as text array)) n(payload)",
				(Object) payloads.toArray(String[]::new));
		this.transactions.inAutoCommit((connection) -> Connections.within(LIMIT, connection,
				(bounded) -> sending.query(bounded, (row) -> row.getLong(1))));
	}

	/**
	 * Has a connection receive what is sent from now on.
	 */
	public static void listen(Connection connection) throws SQLException {
		execute(connection, "listen " + NAME);
	}

	/**
	 * Ends {@link #listen}.
	 */
	public static void unlisten(Connection connection) throws SQLException {
		execute(connection, "unlisten " + NAME);
	}

	private static void execute(Connection connection, String command) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(command);
		}
	}

	/**
	 * Waits for payloads.
	 * @param limit the maximum time to wait, at least a millisecond
	 * @return the payloads; none if the time is over
	 */
	public static List<String> receive(Connection connection, Duration limit) throws SQLException {
		PGNotification[] received = connection.unwrap(PGConnection.class).getNotifications((int) limit.toMillis());
		List<String> payloads = new ArrayList<>();
		for (PGNotification notification : (received != null) ? received : new PGNotification[0]) {
			if (notification.getName().equals(NAME)) {
				payloads.add(notification.getParameter());
			}
		}
		return payloads;
	}

}
