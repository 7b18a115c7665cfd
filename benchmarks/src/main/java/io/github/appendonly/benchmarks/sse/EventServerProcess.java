package io.github.appendonly.benchmarks.sse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import io.github.appendonly.benchmarks.database.Access;

/**
 * A JVM with a server of events and a small heap.
 */
public final class EventServerProcess implements AutoCloseable {

	/** The maximum heap of the server. */
	public static final String HEAP = "128m";

	private final Process process;

	private final BufferedReader output;

	private final int port;

	private EventServerProcess(Process process) {
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
		this.port = Integer.parseInt(awaitAnswer());
	}

	/**
	 * Starts a server.
	 * @param access the database, which has its tables
	 * @return the server, once it can be asked
	 */
	public static EventServerProcess start(Access access) {
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		ProcessBuilder builder = new ProcessBuilder(java.toString(), "-Xmx" + HEAP, "-XX:+ExitOnOutOfMemoryError",
				"-cp", System.getProperty("java.class.path"), EventServer.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT);
		builder.environment()
			.putAll(Map.of(EventServer.URL, access.url(), EventServer.USERNAME, access.username(), EventServer.PASSWORD,
					access.password()));
		try {
			return new EventServerProcess(builder.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The port on the loopback interface.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * The heap that is in use after a garbage collection.
	 * @return bytes
	 */
	public long usedHeap() {
		try {
			this.process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return Long.parseLong(awaitAnswer());
	}

	private String awaitAnswer() {
		try {
			for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
				if (line.startsWith(EventServer.ANSWER)) {
					return line.substring(EventServer.ANSWER.length());
				}
			}
			throw new IllegalStateException("The server of events has ended");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
	}

}
