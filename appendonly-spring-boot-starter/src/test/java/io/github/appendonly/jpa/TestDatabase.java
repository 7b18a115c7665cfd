package io.github.appendonly.jpa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * The databases that tests run on: an H2 in memory, and one PostgreSQL server for the
 * whole JVM. Each call of {@link #create()} gives an empty database.
 */
public enum TestDatabase {

	H2 {

		@Override
		public String newUrl(int number) {
			return "jdbc:h2:mem:appendonly" + number + ";DB_CLOSE_DELAY=-1";
		}

	},

	POSTGRESQL {

		@Override
		public String newUrl(int number) throws SQLException {
			String name = "appendonly" + number;
			EmbeddedPostgres server = PostgresServer.INSTANCE;
			try (Connection connection = server.getPostgresDatabase().getConnection();
					Statement statement = connection.createStatement()) {
				// By copying files, which takes a third of the time that logging all
				// pages does
				statement.execute("create database " + name + " strategy file_copy");
				// Not UTC, on purpose
				statement.execute("alter database " + name + " set timezone to 'Asia/Kathmandu'");
			}
			return server.getJdbcUrl("postgres", name);
		}

	};

	private static final AtomicInteger numbers = new AtomicInteger();

	private static final Map<List<String>, Node> sharedNodes = new ConcurrentHashMap<>();

	public abstract String newUrl(int number) throws SQLException;

	/**
	 * Creates an empty database.
	 */
	public Url create() {
		try {
			return new Url(newUrl(numbers.incrementAndGet()));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Starts an application on an empty database.
	 */
	public Node start(String... properties) {
		return create().start(properties);
	}

	/**
	 * An application on a database that tests share, which is never stopped: for tests
	 * that bring names of their own.
	 */
	public Node shared() {
		return sharedNodes.computeIfAbsent(List.of(name()), (key) -> start());
	}

	/**
	 * Another application on the shared database, which is never stopped either: one for
	 * each choice of settings.
	 */
	public Node shared(String... properties) {
		Node shared = shared();
		return sharedNodes.computeIfAbsent(List.of(name(), String.join(" ", properties)),
				(key) -> shared.another(properties));
	}

	/**
	 * Where a database is.
	 *
	 * @param url its JDBC URL
	 */
	public record Url(String url) {

		/**
		 * Settings for a data source. It only makes the connections that are used: to
		 * fill its pool would take longer than most tests. On H2 it keeps them, because
		 * check constraints fail without the connection that has made them. Reads wait
		 * for what is committed, however busy the machine is. Nobody looks for inbox rows
		 * now and then: applications that tests share stay open, and would start threads
		 * at any time.
		 */
		public String[] properties() {
			boolean h2 = this.url.contains(":h2:");
			return new String[] { "spring.datasource.url=" + this.url,
					"spring.datasource.username=" + (h2 ? "sa" : "postgres"),
					"spring.datasource.password=" + (h2 ? "" : "postgres"), "spring.datasource.hikari.minimum-idle=0",
					"spring.main.banner-mode=off", "appendonly.read.max-wait=1m", "appendonly.inbox.check-interval=0",
					"appendonly.retention.enabled=false", "spring.datasource.hikari.idle-timeout=" + (h2 ? 0 : 600_000),
					"spring.datasource.hikari.max-lifetime=" + (h2 ? 0 : 1_800_000) };
		}

		/**
		 * The name of the database, on PostgreSQL.
		 */
		public String name() {
			return this.url.replaceAll(".*/|\\?.*", "");
		}

		public Node start(String... properties) {
			return new Node(this, List.of(properties));
		}

	}

	private static final class PostgresServer {

		static final EmbeddedPostgres INSTANCE = start();

		private static EmbeddedPostgres start() {
			try {
				// Pages need not be whole after a crash of the machine
				return EmbeddedPostgres.builder()
					.setServerConfig("max_connections", "300")
					.setServerConfig("full_page_writes", "off")
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
