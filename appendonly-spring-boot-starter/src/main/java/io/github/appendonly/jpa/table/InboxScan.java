package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.JDBCException;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * Finds the stacks whose inboxes have items.
 */
public final class InboxScan {

	/*
	 * It uses JDBC, because an application waits for it at start. Hibernate takes longer
	 * to translate the first query of a JVM than the database takes to answer it.
	 */

	/** The SQL states of PostgreSQL and H2 for a missing table. */
	private static final Set<String> TABLE_NOT_FOUND = Set.of("42P01", "42S02", "42S03", "42S04");

	private static final int SCANNED_ROWS = 10_000;

	private final SessionFactoryImplementor sessionFactory;

	private final String allTables;

	private final String inbox;

	InboxScan(EntityManagerFactory entityManagerFactory, Tables tables) {
		this.sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		this.allTables = String.join(", ", tables.all());
		this.inbox = tables.inbox();
	}

	/**
	 * Returns the names of the stacks whose inboxes have items.
	 * @throws TablesMissingException if the database lacks tables of the structures
	 */
	public List<String> names() {
		try (StatelessSession session = this.sessionFactory.openStatelessSession()) {
			return session.doReturningWork((connection) -> {
				requireTables(connection);
				return names(connection);
			});
		}
		catch (JDBCException ex) {
			if (TABLE_NOT_FOUND.contains(String.valueOf(ex.getSQLState()))) {
				throw new TablesMissingException(
						String.valueOf(ex.getSQLException().getMessage()).lines().findFirst().orElse(""), ex);
			}
			throw ex;
		}
	}

	/**
	 * Returns the lowest ids in inboxes that have items, by the names of the stacks. Only
	 * the first rows of the table are looked at, so that long inboxes cost little. The
	 * inboxes behind them follow when these are placed.
	 */
	public Map<String, Long> oldestRows() {
		try (StatelessSession session = this.sessionFactory.openStatelessSession()) {
			return session.doReturningWork((connection) -> {
				Map<String, Long> oldest = new HashMap<>();
				new NativeStatement()
					.add("select q.name, min(q.id) from (select name, id from " + this.inbox
							+ " order by name, id fetch first " + SCANNED_ROWS + " rows only) q group by q.name")
					.queryAll(connection, (row) -> oldest.put(row.getString(1), row.getLong(2)));
				return oldest;
			});
		}
	}

	private void requireTables(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1 from " + this.allTables + " where 1 = 0");
		}
	}

	private List<String> names(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select distinct name from " + this.inbox)) {
			List<String> names = new ArrayList<>();
			while (rows.next()) {
				names.add(rows.getString(1));
			}
			return names;
		}
	}

}
