package io.github.appendonly.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * The application in a JVM of its own, which can be killed.
 */
final class ApplicationProcess implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private static final String ANY_PORT = "--server.port=0";

	private final List<String> command;

	private final Process process;

	private final int port;

	private ApplicationProcess(List<String> command, Process process, int port) {
		this.command = command;
		this.process = process;
		this.port = port;
	}

	static ApplicationProcess start(Path log, List<String> database, String... properties) throws IOException {
		return start(log, List.of("-cp", System.getProperty("java.class.path"), SampleApplication.class.getName()),
				database, properties);
	}

	/**
	 * Starts the jar as it is delivered, from what was prepared when it was built.
	 */
	static ApplicationProcess startPackaged(Path log, List<String> database, String... properties) throws IOException {
		return start(log, List.of("-Dspring.aot.enabled=true", "-jar", System.getProperty("packaged.jar")), database,
				properties);
	}

	private static ApplicationProcess start(Path log, List<String> application, List<String> database,
			String... properties) throws IOException {
		Stream<String> java = Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
		Stream<String> settings = Stream.of(database, List.of(properties)).flatMap(List::stream).map("--"::concat);
		return start(log,
				Stream.of(java, application.stream(), Stream.of(ANY_PORT), settings)
					.flatMap(Function.identity())
					.toList());
	}

	private static ApplicationProcess start(Path log, List<String> command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			await().atMost(PATIENCE).until(() -> !process.isAlive() || port(log).find());
			Matcher port = port(log);
			if (!port.find()) {
				throw new IllegalStateException("The application did not start:\n" + Files.readString(log));
			}
			return new ApplicationProcess(command, process, Integer.parseInt(port.group(1)));
		}
		catch (RuntimeException ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	private static Matcher port(Path log) {
		try {
			return PORT.matcher(Files.readString(log));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	URI uri(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

	/**
	 * Starts the application again when this process is gone, at the same port.
	 */
	ApplicationProcess again(Path log) throws IOException {
		return start(log,
				this.command.stream()
					.map((argument) -> argument.equals(ANY_PORT) ? "--server.port=" + this.port : argument)
					.toList());
	}

	/**
	 * Kills the process with a signal that it cannot catch, and waits until it is gone.
	 */
	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	@Override
	public void close() {
		kill();
	}

}
