package io.github.appendonly.benchmarks.database;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A Redis server of our own, with an append-only file on the disk of the temporary
 * directory. All other settings are Redis' defaults, except that it makes no snapshots.
 */
public final class RedisServer implements AutoCloseable {

	private static final String PROGRAM = "redis-server";

	private final Path directory = TemporaryDirectory.create();

	private final int port;

	private final Process process;

	private RedisServer(Path program, String appendFsync) throws IOException {
		this.port = freePort();
		this.process = new ProcessBuilder(program.toString(), "--bind", "127.0.0.1", "--port",
				String.valueOf(this.port), "--dir", this.directory.toString(), "--save", "", "--appendonly", "yes",
				"--appendfsync", appendFsync)
			.redirectErrorStream(true)
			.start();
		awaitReady();
	}

	/**
	 * Whether the program is on the path.
	 * @return whether a server can be started
	 */
	public static boolean isInstalled() {
		return program().isPresent();
	}

	/**
	 * Starts a server.
	 * @param appendFsync when it makes writes durable: {@code always} before it answers,
	 * or {@code everysec}
	 * @return the server
	 */
	public static RedisServer start(String appendFsync) {
		Path program = program().orElseThrow(() -> new IllegalStateException(PROGRAM + " is not on the path"));
		try {
			return new RedisServer(program, appendFsync);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(PROGRAM + " does not start", ex);
		}
	}

	private static Optional<Path> program() {
		List<String> path = Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
		return path.stream().map((directory) -> Path.of(directory, PROGRAM)).filter(Files::isExecutable).findFirst();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private void awaitReady() throws IOException {
		BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8);
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.contains("Ready to accept connections")) {
				return;
			}
		}
		throw new IllegalStateException(PROGRAM + " has ended");
	}

	/**
	 * The port on the loopback interface.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		TemporaryDirectory.delete(this.directory);
	}

}
