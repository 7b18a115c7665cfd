package io.github.appendonly.jpa.transaction;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Writers;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * PostgreSQL behind a PgBouncer in transaction mode: each transaction of a connection may
 * run on another connection of the server.
 */
class PgBouncerTests {

	private static final int WRITERS = 6;

	private final TestDatabase.Url url = TestDatabase.POSTGRESQL.create();

	private @Nullable Process process;

	@SuppressWarnings("NullAway.Init") // set before each test
	private TestDatabase.Url pooled;

	/** Sessions of the server may be fewer than the connections of the application. */
	private static String settings(TestDatabase.Url url, int port, Path users) {
		String serverPort = url.url().replaceAll(".*://[^/]*:(\\d+)/.*", "$1");
		return """
				[databases]
				* = host=127.0.0.1 port=%s
				[pgbouncer]
				listen_addr = 127.0.0.1
				listen_port = %d
				unix_socket_dir =
				auth_type = trust
				auth_file = %s
				pool_mode = transaction
				default_pool_size = 3
				ignore_startup_parameters = extra_float_digits
				""".formatted(serverPort, port, users);
	}

	private static Optional<Path> binary() {
		return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
			.map((directory) -> Path.of(directory, "pgbouncer"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@BeforeEach
	void start(@TempDir Path directory) throws IOException {
		Optional<Path> binary = binary();
		Assumptions.assumeTrue(binary.isPresent(), "PgBouncer is not installed (Debian has it as package pgbouncer)");
		int port = freePort();
		Path users = Files.writeString(directory.resolve("users.txt"), "\"postgres\" \"postgres\"\n");
		Path settings = Files.writeString(directory.resolve("pgbouncer.ini"), settings(this.url, port, users));
		List<String> command = new ArrayList<>(List.of(binary.orElseThrow().toString(), settings.toString()));
		if (System.getProperty("user.name").equals("root")) {
			// It refuses to run as root
			directory.toFile().setExecutable(true, false);
			directory.toFile().setReadable(true, false);
			command.addAll(List.of("-u", "nobody"));
		}
		this.process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("pgbouncer.log").toFile())
			.start();
		this.pooled = new TestDatabase.Url(
				this.url.url().replaceAll("://[^/]*/", "://127.0.0.1:" + port + "/") + "&prepareThreshold=0");
		await().atMost(DatabaseTests.WAIT)
			.ignoreExceptions()
			.until(() -> JdbcClient.create(new DriverManagerDataSource(this.pooled.url(), "postgres", "postgres"))
				.sql("select 1")
				.query(Integer.class)
				.single() == 1);
	}

	@AfterEach
	void stop() throws InterruptedException {
		if (this.process != null) {
			this.process.destroy();
			this.process.waitFor();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void historyIsExact(boolean portableSql) throws Exception {
		try (Node node = this.pooled.start("appendonly.portable-sql=" + portableSql);
				Node other = this.pooled.start("appendonly.portable-sql=" + portableSql)) {
			Writers.run(WRITERS, (writer) -> {
				Node own = (writer % 2 == 0) ? node : other;
				AppendStack<String> stack = own.structures()
					.stack("news", String.class, DatabaseTests.bounds(3, 10).andThen((with) -> with.archived()));
				for (String item : Writers.items(writer)) {
					if (item.hashCode() % 2 == 0) {
						stack.push(item);
					}
					else {
						own.inTransaction(() -> stack.push(item));
					}
				}
			});
			List<String> items = DatabaseTests.items(node.structures().history("news", String.class));
			assertThat(items).hasSize(WRITERS * Writers.items(0).size());
			for (int writer = 0; writer < WRITERS; writer++) {
				List<String> expected = Writers.items(writer);
				assertThat(items.stream().filter(expected::contains).toList()).isEqualTo(expected);
			}
		}
	}

}
