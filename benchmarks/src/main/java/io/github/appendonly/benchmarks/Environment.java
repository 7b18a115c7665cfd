package io.github.appendonly.benchmarks;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Dialect;
import io.github.appendonly.benchmarks.measure.Options;

/**
 * Describes the environment of a run: the database, the JVM and the rounds.
 */
final class Environment {

	private static final List<String> SETTINGS = List.of("fsync", "synchronous_commit", "full_page_writes",
			"shared_buffers", "max_connections");

	private Environment() {
	}

	static String describe(Application application, Options options) {
		return "database: " + database(application) + "\n"
				+ ((application.dialect() == Dialect.POSTGRESQL) ? settings(application) : "url: " + url(application))
				+ "\nJDK: " + Runtime.version() + ", cores: " + Runtime.getRuntime().availableProcessors() + ", heap: "
				+ Runtime.getRuntime().maxMemory() / (1 << 20) + " MB, pool: " + options.pool() + "\nrounds: "
				+ options.rounds() + " of " + options.time().toMillis() / 1000.0 + " s for each contender, "
				+ "in turns, after one to warm up";
	}

	private static String database(Application application) {
		try (Connection connection = application.dataSource().getConnection()) {
			DatabaseMetaData metaData = connection.getMetaData();
			return metaData.getDatabaseProductName() + " " + metaData.getDatabaseProductVersion();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The settings that the server reports.
	 */
	private static String settings(Application application) {
		return SETTINGS.stream()
			.map((name) -> name + "=" + application.jdbc().sql("show " + name).query(String.class).single())
			.collect(Collectors.joining(", "));
	}

	private static String url(Application application) {
		return application.access().url()
				+ " (commits reach the disk up to half a second later, unless the URL contains " + "WRITE_DELAY=0)";
	}

}
