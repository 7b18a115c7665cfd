package io.github.appendonly.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.database.DatabaseServer;
import io.github.appendonly.benchmarks.database.EmbeddedPostgresServer;
import io.github.appendonly.benchmarks.database.GivenServer;
import io.github.appendonly.benchmarks.database.H2File;
import io.github.appendonly.benchmarks.measure.Options;
import io.github.appendonly.benchmarks.measure.Report;
import io.github.appendonly.benchmarks.measure.UsageException;
import io.github.appendonly.benchmarks.scenario.Bench;
import io.github.appendonly.benchmarks.scenario.LostItemsException;
import io.github.appendonly.benchmarks.scenario.Scenario;
import io.github.appendonly.benchmarks.scenario.Scenarios;

/**
 * The command line.
 */
public final class Benchmarks {

	private static final int LOST = 1;

	private static final int USAGE = 2;

	private Benchmarks() {
	}

	/**
	 * Runs scenarios, or the JMH benchmarks.
	 * @param arguments names of scenarios and options, {@code --help}, or {@code jmh}
	 * with options of JMH
	 * @throws IOException if JMH cannot write its results
	 */
	public static void main(String[] arguments) throws IOException {
		if (arguments.length > 0 && arguments[0].equals("jmh")) {
			org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
		}
		else {
			System.exit(run(arguments));
		}
	}

	/**
	 * Runs scenarios.
	 * @param arguments names of scenarios and options
	 * @return the exit code: 0, 1 if an item was lost, or 2 if the arguments are wrong
	 */
	static int run(String... arguments) {
		if (List.of(arguments).contains("--help")) {
			help();
			return 0;
		}
		try {
			return run(Options.parse(Scenarios.names(), arguments));
		}
		catch (UsageException ex) {
			System.err.println(ex.getMessage() + " (see --help)");
			return USAGE;
		}
	}

	private static void help() {
		System.out
			.println("java -jar benchmarks.jar [scenario …] [option …]\njava -jar benchmarks.jar jmh [option of JMH …]"
					+ "\n\nscenarios, all unless named:");
		Scenarios.all()
			.forEach((scenario) -> System.out.printf("  %-25s  %s%n", scenario.name(), scenario.description()));
		System.out.println("\noptions:\n" + Options.HELP);
	}

	private static int run(Options options) {
		try (DatabaseServer server = server(options);
				Application application = Application.start(server.access(), options.pool())) {
			System.out.println(Environment.describe(application, options));
			Report report = new Report(application.dialect().name().toLowerCase(Locale.ROOT), options.json(),
					System.err);
			Bench bench = new Bench(application, options, server.shared(), report);
			try {
				chosen(options).forEach((scenario) -> scenario.run(bench));
				return 0;
			}
			catch (LostItemsException ex) {
				System.err.println(ex.getMessage());
				return LOST;
			}
			finally {
				report.print(System.out);
			}
		}
	}

	private static List<Scenario> chosen(Options options) {
		return Scenarios.all()
			.stream()
			.filter((scenario) -> options.scenarios().isEmpty() || options.scenarios().contains(scenario.name()))
			.toList();
	}

	private static DatabaseServer server(Options options) {
		if (options.given().isPresent()) {
			return new GivenServer(options.given().get());
		}
		return options.database().equals("h2") ? new H2File() : new EmbeddedPostgresServer();
	}

}
