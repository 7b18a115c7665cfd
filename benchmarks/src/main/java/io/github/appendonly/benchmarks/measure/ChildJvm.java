package io.github.appendonly.benchmarks.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A separate JVM with the same class path. It reads lines from its standard input, and
 * answers with lines that have a prefix. What else it prints is ignored.
 */
public final class ChildJvm implements AutoCloseable {

	private final String prefix;

	private final Process process;

	private final BufferedReader output;

	private ChildJvm(String prefix, Process process) {
		this.prefix = prefix;
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Starts a JVM.
	 * @param main the main class
	 * @param prefix the prefix of its answers
	 * @param environment the variables that it gets
	 * @param options the options of the JVM
	 * @return the JVM, which may not have answered yet
	 */
	public static ChildJvm start(Class<?> main, String prefix, Map<String, String> environment, String... options) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of(options));
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
		builder.environment().putAll(environment);
		try {
			return new ChildJvm(prefix, builder.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Writes a line to the JVM.
	 * @param line the line
	 */
	public void tell(String line) {
		try {
			this.process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for the next answer.
	 * @return the answer without its prefix
	 */
	public String awaitAnswer() {
		try {
			for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
				if (line.startsWith(this.prefix)) {
					return line.substring(this.prefix.length());
				}
			}
			throw new IllegalStateException("A child process has ended");
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
