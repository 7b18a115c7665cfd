package io.github.appendonly.benchmarks.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import io.github.appendonly.benchmarks.database.Access;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.NodeRound;

/**
 * A separate JVM with the same class path. It reads commands from its standard input, and
 * ends when that ends.
 */
final class NodeProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private NodeProcess(Process process) {
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
	}

	static NodeProcess start(String contender, Access access, int pool) {
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		ProcessBuilder builder = new ProcessBuilder(java.toString(), "-cp", System.getProperty("java.class.path"),
				Node.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT);
		builder.environment()
			.putAll(Map.of(Node.URL, access.url(), Node.USERNAME, access.username(), Node.PASSWORD, access.password(),
					Node.CONTENDER, contender, Node.POOL, String.valueOf(pool)));
		try {
			return new NodeProcess(builder.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void awaitReady() {
		awaitAnswer();
	}

	void begin(Load load) {
		try {
			this.process.outputWriter(StandardCharsets.UTF_8)
				.append(String.valueOf(load.callers()))
				.append(' ')
				.append(String.valueOf(load.time().toMillis()))
				.append(' ')
				.append(String.valueOf(load.firstWorker()))
				.append('\n')
				.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	NodeRound awaitRound() {
		return NodeRound.parse(awaitAnswer());
	}

	private String awaitAnswer() {
		try {
			for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
				if (line.startsWith(Node.ANSWER)) {
					return line.substring(Node.ANSWER.length());
				}
			}
			throw new IllegalStateException("A node has ended");
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
