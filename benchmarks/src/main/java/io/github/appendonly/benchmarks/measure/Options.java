package io.github.appendonly.benchmarks.measure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.github.appendonly.benchmarks.database.Access;

/**
 * The options of the command line.
 *
 * @param scenarios the names of the scenarios; empty for all
 * @param contenders the names of the contenders besides the baselines; empty for all
 * @param database the kind of database
 * @param given the user's own database
 * @param threads the number of callers of each match
 * @param time the duration of a round
 * @param rounds the number of rounds of each contender
 * @param work the milliseconds of other work in a transaction, for each match
 * @param items the number of items pushed before each step of the growth
 * @param held how long a snapshot is held
 * @param stacks the number of feeds, in scenarios with many
 * @param entries the number of entries that a subscriber drains
 * @param pool the number of connections
 * @param json the file for the results
 */
public record Options(List<String> scenarios, List<String> contenders, String database, Optional<Access> given,
		List<Integer> threads, Duration time, int rounds, List<Integer> work, List<Integer> items, Duration held,
		int stacks, int entries, int pool, Optional<Path> json) {

	/** The description of the options for users. */
	public static final String HELP = """
			  --contenders A,B           only these contenders and the baselines
			  --database postgresql|h2   an embedded PostgreSQL (the default), or an H2 in a file
			  --jdbc-url URL             your own database, with --username and --password; tables whose
			                             names begin with bench_ are created and emptied there
			  --threads 1,8,32           number of callers
			  --seconds 3                duration of a round
			  --rounds 5                 number of rounds of each contender
			  --work 0,2                 ms of other work in a transaction (push-in-transaction)
			  --items 0,1000000,5000000  number of items pushed before (growth)
			  --held-seconds 120         how long the snapshot is held (held-snapshot)
			  --stacks 2000              number of feeds (many-stacks, many-stacks-in-transaction, feed, newest-20)
			  --entries 100000           number of entries in a round (subscriber)
			  --pool 10                  number of connections of the application
			  --json FILE                write the results to a file too
			""";

	private static final List<String> NAMES = List.of("--contenders", "--database", "--jdbc-url", "--username",
			"--password", "--threads", "--seconds", "--rounds", "--work", "--items", "--held-seconds", "--stacks",
			"--entries", "--pool", "--json");

	/**
	 * Parses a command line.
	 * @param known the names of all scenarios
	 * @param arguments the command line
	 * @return the options
	 * @throws UsageException if the command line is wrong
	 */
	public static Options parse(List<String> known, String... arguments) {
		List<String> scenarios = new ArrayList<>();
		Map<String, String> values = new HashMap<>();
		for (int i = 0; i < arguments.length; i++) {
			String argument = arguments[i];
			if (!argument.startsWith("-")) {
				scenarios.add(oneOf(known, argument, "scenario"));
			}
			else if (i + 1 == arguments.length && NAMES.contains(argument)) {
				throw new UsageException(argument + " needs a value");
			}
			else {
				values.put(oneOf(NAMES, argument, "option"), arguments[++i]);
			}
		}
		return new Parser(values).options(scenarios);
	}

	/**
	 * Whether a contender plays.
	 * @param contender the name of the contender
	 * @param baselines the names of the baselines, which always play
	 * @return whether it plays
	 */
	public boolean plays(String contender, List<String> baselines) {
		return this.contenders.isEmpty() || this.contenders.contains(contender) || baselines.contains(contender);
	}

	private static String oneOf(List<String> known, String name, String what) {
		if (!known.contains(name)) {
			throw new UsageException("Unknown " + what + " '" + name + "'; known are " + String.join(", ", known));
		}
		return name;
	}

	private record Parser(Map<String, String> values) {

		Options options(List<String> scenarios) {
			String database = oneOf(List.of("postgresql", "h2"), text("--database", "postgresql"), "database");
			Optional<Access> given = Optional.ofNullable(this.values.get("--jdbc-url"))
				.map((url) -> new Access(url, text("--username", ""), text("--password", "")));
			return new Options(scenarios, names("--contenders"), database, given, numbers("--threads", "1,8,32", 1),
					seconds("--seconds", "3"), number("--rounds", "5"), numbers("--work", "0,2", 0),
					numbers("--items", "0,1000000,5000000", 0), seconds("--held-seconds", "120"),
					number("--stacks", "2000"), number("--entries", "100000"), number("--pool", "10"),
					Optional.ofNullable(this.values.get("--json")).map(Path::of));
		}

		private String text(String name, String otherwise) {
			return this.values.getOrDefault(name, otherwise);
		}

		private List<String> names(String name) {
			return text(name, "").isEmpty() ? List.of() : List.of(text(name, "").split(","));
		}

		private int number(String name, String otherwise) {
			return converted(name, otherwise, (text) -> atLeast(1, text));
		}

		private List<Integer> numbers(String name, String otherwise, int least) {
			return converted(name, otherwise,
					(text) -> Arrays.stream(text.split(",", -1)).map((part) -> atLeast(least, part)).toList());
		}

		private Duration seconds(String name, String otherwise) {
			return converted(name, otherwise, (text) -> {
				Duration duration = Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
				if (duration.toMillis() < 1) {
					throw new NumberFormatException();
				}
				return duration;
			});
		}

		private <V> V converted(String name, String otherwise, Function<String, V> conversion) {
			String text = text(name, otherwise);
			try {
				return conversion.apply(text);
			}
			catch (NumberFormatException ex) {
				throw new UsageException(name + " cannot be '" + text + "'; an example is " + otherwise);
			}
		}

		private static int atLeast(int least, String text) {
			int number = Integer.parseInt(text.trim());
			if (number < least) {
				throw new NumberFormatException();
			}
			return number;
		}

	}

}
