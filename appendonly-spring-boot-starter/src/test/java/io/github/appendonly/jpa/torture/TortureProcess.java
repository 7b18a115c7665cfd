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

import io.github.appendonly.jpa.TestDatabase;

import static org.assertj.core.api.Assertions.fail;

/**
 * A separate JVM with a node.
 */
final class TortureProcess implements AutoCloseable {

	/** Much longer than anything takes, unless it hangs. */
	private static final long WAIT_SECONDS = 180;

	/** What may be tried again behind the scenes, but should not have to. */
	private static final Pattern UNEXPECTED = Pattern
		.compile("deadlock detected|Connection is not available|could not be placed|OutOfMemoryError");

	private static final int SHOWN = 6000;

	private final int number;

	private final Path log;

	private final Process process;

	private boolean killed;

	TortureProcess(TestDatabase.Url database, int number, Path directory, long seed, String... properties) {
		this.number = number;
		this.log = directory.resolve("node-" + number + ".log");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), TortureNode.class.getName(),
						String.valueOf(number), directory.toString(), String.valueOf(seed), database.url()));
		command.addAll(List.of(properties));
		try {
			this.process = new ProcessBuilder(command).redirectError(this.log.toFile()).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int number() {
		return this.number;
	}

	boolean isKilled() {
		return this.killed;
	}

	CompletableFuture<Process> onExit() {
		return this.process.onExit();
	}

	void await(String expected) throws Exception {
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
	void stopWriting() throws InterruptedException {
		try {
			this.process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
		}
		catch (IOException ex) {
			awaitEnd();
			throw new UncheckedIOException(ex);
		}
	}

	void stopReading() throws IOException {
		this.process.getOutputStream().close();
	}

	/**
	 * Kills it in the midst of everything, by SIGKILL.
	 */
	void kill() throws InterruptedException {
		this.killed = true;
		this.process.destroyForcibly().waitFor();
		requireExpectedLog();
	}

	void awaitEnd() throws InterruptedException {
		if (!this.process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
			fail("Node %s does not end: %s", this.number, log());
		}
		if (this.process.exitValue() != 0) {
			fail("Node %s has failed: %s", this.number, log());
		}
		requireExpectedLog();
	}

	private void requireExpectedLog() {
		if (UNEXPECTED.matcher(wholeLog()).find()) {
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
