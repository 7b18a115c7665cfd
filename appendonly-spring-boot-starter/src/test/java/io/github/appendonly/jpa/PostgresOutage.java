package io.github.appendonly.jpa;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Makes a PostgreSQL database unavailable, and available again. Meanwhile connections are
 * broken, and new ones are refused.
 */
public final class PostgresOutage implements AutoCloseable {

	private final TestDatabase.Url database;

	private final JdbcClient administrator = TestDatabase.POSTGRESQL.shared().jdbc();

	/**
	 * Nothing happens yet.
	 */
	public PostgresOutage(TestDatabase.Url database) {
		this.database = database;
	}

	public void begin() {
		allowConnections(false);
		breakConnections();
	}

	public void end() {
		allowConnections(true);
	}

	private void allowConnections(boolean allowed) {
		this.administrator.sql("alter database " + this.database.name() + " allow_connections " + allowed).update();
	}

	public void breakConnections() {
		this.administrator.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?")
			.param(this.database.name())
			.query(Boolean.class)
			.list();
	}

	@Override
	public void close() {
		end();
	}

}
