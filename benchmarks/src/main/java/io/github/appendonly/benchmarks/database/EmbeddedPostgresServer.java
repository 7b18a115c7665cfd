package io.github.appendonly.benchmarks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * An embedded PostgreSQL on the disk of the temporary directory. It is as durable as a
 * server with default settings. All other settings are PostgreSQL's defaults too, except
 * the number of connections.
 */
public final class EmbeddedPostgresServer implements DatabaseServer {

	private final Path directory = TemporaryDirectory.create();

	private final EmbeddedPostgres server;

	/**
	 * Starts the server.
	 */
	public EmbeddedPostgresServer() {
		try {
			this.server = EmbeddedPostgres.builder()
				.setDataDirectory(this.directory.resolve("data"))
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("full_page_writes", "on")
				.setServerConfig("max_connections", "400")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The embedded PostgreSQL does not start", ex);
		}
	}

	@Override
	public Access access() {
		return new Access(this.server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			TemporaryDirectory.delete(this.directory);
		}
	}

}
