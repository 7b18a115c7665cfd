package io.github.appendonly.jpa.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.fail;

/**
 * A separate JVM with a node.
 */
public final class TortureProcess implements AutoCloseable {

	/** Much longer than anything takes, unless it hangs. */
	private static final long WAIT_SECONDS = 180;

	private static final int SHOWN = 6000;

	private final int number;

	private final Path log;

	private final Pattern unexpected;

	private final Process process;

	private boolean killed;

	/**
	 * Starts it.
	 * @param compiler the options for its compiler
	 * @param main its main class, whose first argument is the number
	 * @param number its number
	 * @param log the file for what it logs
	 * @param unexpected what it must not log
	 * @param arguments further arguments
	 */
	public TortureProcess(List<String> compiler, Class<?> main, int number, Path log, Pattern unexpected,
			String... arguments) {
		this.number = number;
		this.log = log;
		this.unexpected = unexpected;
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(compiler);
		command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				main.getName(), String.valueOf(number)));
		command.addAll(List.of(arguments));
		try {
			this.process = new ProcessBuilder(command).redirectError(this.log.toFile()).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int number() {
		return this.number;
	}

	public boolean isKilled() {
		return this.killed;
	}

	public CompletableFuture<Process> onExit() {
		return this.process.onExit();
	}

	public void await(String expected) throws Exception {
		String answer = CompletableFuture.supplyAsync(this::readAnswer).get(WAIT_SECONDS, TimeUnit.SECONDS);
		if (!answer.equals(expected)) {
			fail("Node %s should be %s, but says \"%s\": %s", this.number, expected, answer, log());
		}
	}

	private String readAnswer() {
		try {
			String line = this.process.inputReader(StandardCharsets.UTF_8).readLine();
			return (line != null) ? line : "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Asks it to stop writing; if it has ended by itself, its log tells more than that
	 * nobody listens.
	 */
	public void stopWriting() throws InterruptedException {
		try {
			this.process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
		}
		catch (IOException ex) {
			awaitEnd();
			throw new UncheckedIOException(ex);
		}
	}

	public void stopReading() throws IOException {
		this.process.getOutputStream().close();
	}

	/**
	 * Kills it in the midst of everything, by SIGKILL.
	 */
	public void kill() throws InterruptedException {
		this.killed = true;
		this.process.destroyForcibly().waitFor();
		requireExpectedLog();
	}

	public void awaitEnd() throws InterruptedException {
		if (!this.process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
			fail("Node %s does not end: %s", this.number, log());
		}
		if (this.process.exitValue() != 0) {
			fail("Node %s has failed: %s", this.number, log());
		}
		requireExpectedLog();
	}

	private void requireExpectedLog() {
		if (this.unexpected.matcher(wholeLog()).find()) {
			fail("Node %s tells of something unexpected: %s", this.number, log());
		}
	}

	private String log() {
		String text = wholeLog();
		return text.substring(0, Math.min(SHOWN, text.length()));
	}

	private String wholeLog() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
