package io.github.appendonly.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.database.DatabaseServer;
import io.github.appendonly.benchmarks.database.EmbeddedPostgresServer;
import io.github.appendonly.benchmarks.database.GivenServer;
import io.github.appendonly.benchmarks.database.H2File;
import io.github.appendonly.benchmarks.follow.FollowScenarios;
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

	private static final int FAILED = 1;

	private static final int USAGE = 2;

	private final PrintStream out;

	private final PrintStream progress;

	/**
	 * Creates a command line with its streams.
	 * @param out receives the results
	 * @param progress receives messages while the benchmarks run
	 */
	Benchmarks(PrintStream out, PrintStream progress) {
		this.out = out;
		this.progress = progress;
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
			System.exit(new Benchmarks(System.out, System.err).run(arguments));
		}
	}

	/**
	 * Runs scenarios.
	 * @param arguments names of scenarios and options
	 * @return the exit code: 0 for success, 1 if an item was lost or anything else
	 * failed, 2 if the arguments are wrong
	 */
	int run(String... arguments) {
		if (List.of(arguments).contains("--help")) {
			help();
			return 0;
		}
		try {
			run(Options.parse(all().map(Scenario::name).toList(), arguments));
			return 0;
		}
		catch (UsageException ex) {
			this.progress.println(ex.getMessage() + " (see --help)");
			return USAGE;
		}
		catch (LostItemsException ex) {
			this.progress.println(ex.getMessage());
			return FAILED;
		}
		catch (RuntimeException ex) {
			ex.printStackTrace(this.progress);
			return FAILED;
		}
	}

	private void help() {
		this.out.println("""
				java -jar benchmarks.jar [scenario …] [option …]
				java -jar benchmarks.jar jmh [option of JMH …]

				scenarios (default: all):""");
		all().forEach((scenario) -> this.out.printf("  %-25s  %s%n", scenario.name(), scenario.description()));
		this.out.println("\noptions:\n" + Options.HELP);
	}

	private void run(Options options) {
		try (DatabaseServer server = server(options);
				Application application = Application.start(server.access(), options.pool())) {
			this.out.println(Environment.describe(application, options));
			String database = application.dialect().name().toLowerCase(Locale.ROOT);
			Report report = new Report(database, options.json(), this.progress);
			Bench bench = new Bench(application, options, server.shared(), report);
			try {
				chosen(options).forEach((scenario) -> scenario.run(bench));
			}
			finally {
				report.print(this.out);
			}
		}
	}

	private static List<Scenario> chosen(Options options) {
		return all()
			.filter((scenario) -> options.scenarios().isEmpty() || options.scenarios().contains(scenario.name()))
			.toList();
	}

	private static Stream<Scenario> all() {
		return Stream.concat(Scenarios.all().stream(), FollowScenarios.all().stream());
	}

	private static DatabaseServer server(Options options) {
		if (options.given().isPresent()) {
			return new GivenServer(options.given().get());
		}
		return options.database().equals("h2") ? new H2File() : new EmbeddedPostgresServer();
	}

}
