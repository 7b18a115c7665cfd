package io.github.appendonly.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Empty databases to run the application on, as the properties that lead to them. One
 * PostgreSQL server serves all tests of a JVM.
 */
final class EmbeddedDatabases {

	private static final AtomicInteger count = new AtomicInteger();

	private EmbeddedDatabases() {
	}

	static List<String> h2() {
		return List.of("spring.datasource.url=jdbc:h2:mem:sample" + count.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
	}

	/**
	 * A file database with the settings that the application ships with.
	 */
	static List<String> h2(Path directory) {
		return List.of("spring.datasource.url=jdbc:h2:file:" + directory.resolve("quakes")
				+ ";WRITE_DELAY=0;RETENTION_TIME=0;DB_CLOSE_ON_EXIT=FALSE");
	}

	static List<String> postgres() {
		String name = "sample" + count.incrementAndGet();
		try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create database " + name);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return List.of("spring.profiles.active=postgres",
				"spring.datasource.url=" + Server.POSTGRES.getJdbcUrl("postgres", name),
				"spring.datasource.username=postgres", "spring.datasource.password=postgres");
	}

	private static final class Server {

		static final EmbeddedPostgres POSTGRES = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	/** Gives a test context an H2 database of its own. */
	static final class H2 implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			TestPropertyValues.of(h2()).applyTo(context);
		}

	}

	/** Gives a test context a PostgreSQL database of its own. */
	static final class Postgres implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			TestPropertyValues.of(postgres()).applyTo(context);
		}

	}

}
