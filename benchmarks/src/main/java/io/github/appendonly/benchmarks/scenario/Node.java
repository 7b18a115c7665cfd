package io.github.appendonly.benchmarks.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.database.Access;
import io.github.appendonly.benchmarks.measure.Calls;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.Operation;

/**
 * One of several JVMs. It pushes on command, and answers with its part of the round. The
 * access to the database comes from environment variables.
 */
public final class Node {

	static final String URL = "BENCH_URL";

	static final String USERNAME = "BENCH_USERNAME";

	static final String PASSWORD = "BENCH_PASSWORD";

	/** The name of a stack, or {@link Pushers#SAVE}. */
	static final String CONTENDER = "BENCH_CONTENDER";

	static final String POOL = "BENCH_POOL";

	/** Prefix of answers, since other lines may be printed too. */
	static final String ANSWER = "node> ";

	private Node() {
	}

	/**
	 * Runs until its standard input ends.
	 * @param arguments none
	 * @throws IOException if its input cannot be read
	 */
	public static void main(String[] arguments) throws IOException {
		Access access = new Access(setting(URL), setting(USERNAME), setting(PASSWORD));
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		try (Application application = Application.join(access, Integer.parseInt(setting(POOL)))) {
			Operation operation = operation(application, setting(CONTENDER));
			System.out.println(ANSWER);
			for (String command = commands.readLine(); command != null; command = commands.readLine()) {
				String[] parts = command.split(" ", -1);
				Load load = new Load(Integer.parseInt(parts[0]), false, Duration.ofMillis(Long.parseLong(parts[1])),
						Integer.parseInt(parts[2]));
				System.out.println(ANSWER + Calls.make(load, operation).nodeRound().text());
			}
		}
	}

	private static String setting(String name) {
		return Objects.requireNonNull(System.getenv(name), name);
	}

	private static Operation operation(Application application, String contender) {
		return contender.equals(Pushers.SAVE) ? Pushers.saving(application)
				: Pushers.pushing(application.feed(contender));
	}

}
