package io.github.appendonly.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.github.appendonly.jpa.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A PostgreSQL server of our own that can be restarted, with its data and on its port. It
 * keeps what was committed when it crashes.
 */
final class SoakDatabase implements AutoCloseable {

	private static final Duration WAIT = Duration.ofSeconds(60);

	private final Path data;

	private EmbeddedPostgres server;

	SoakDatabase(Path data) throws IOException {
		this.data = data;
		this.server = builder().start();
	}

	private EmbeddedPostgres.Builder builder() {
		return EmbeddedPostgres.builder()
			.setDataDirectory(this.data)
			.setCleanDataDirectory(false)
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("max_connections", "200")
			.setPGStartupWait(WAIT);
	}

	TestDatabase.Url url() {
		return new TestDatabase.Url(this.server.getJdbcUrl("postgres", "postgres"));
	}

	/**
	 * Stops, with all sessions, and starts again.
	 * @param crash whether to leave everything as it is, as a crash does
	 * @param pause the time between
	 */
	void restart(boolean crash, Duration pause) throws IOException, InterruptedException {
		int port = this.server.getPort();
		if (crash) {
			crash();
		}
		this.server.close();
		Thread.sleep(pause.toMillis());
		this.server = builder().setPort(port).start();
	}

	/**
	 * Has all processes of the server end at once.
	 */
	private void crash() throws IOException, InterruptedException {
		Path pid = this.data.resolve("postmaster.pid");
		String postmaster = Files.readAllLines(pid).get(0).trim();
		assertThat(new ProcessBuilder("sh", "-c", "kill -QUIT " + postmaster).inheritIO().start().waitFor()).isZero();
		await().atMost(WAIT).until(() -> !Files.exists(pid));
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
