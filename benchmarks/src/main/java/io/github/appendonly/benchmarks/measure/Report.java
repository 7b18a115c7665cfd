package io.github.appendonly.benchmarks.measure;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Collects the results. Reports each round when it ends, and prints all results at the
 * end.
 */
public final class Report {

	private final JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private final String database;

	private final Optional<Path> json;

	private final PrintStream progress;

	private final List<Result> results = new ArrayList<>();

	/**
	 * Creates an empty report.
	 * @param database the kind of database
	 * @param json the file for the results
	 * @param progress receives a line for each round
	 */
	public Report(String database, Optional<Path> json, PrintStream progress) {
		this.database = database;
		this.json = json;
		this.progress = progress;
	}

	/**
	 * Prints a line about the progress.
	 * @param text one line
	 */
	public void tell(String text) {
		this.progress.println(text);
	}

	/**
	 * Reports a round.
	 * @param heading the heading of its results
	 * @param name the name of the round
	 * @param contender the name of the contender
	 * @param round the round
	 */
	public void tell(Heading heading, String name, String contender, Round round) {
		this.progress.printf(Locale.ROOT, "%s, %s: %s %,.0f/s lost=%d%n", heading.with(round.kind()), name, contender,
				round.rate(), round.lost());
		round.faults().forEach((fault) -> this.progress.println("  " + contender + ": " + fault));
	}

	/**
	 * Adds a result.
	 * @param heading the heading of the result
	 * @param series the rounds of the contender
	 * @param ratio the ratio to the baseline
	 * @param ratios the ratios to all baselines, if there are several
	 */
	public void add(Heading heading, Series series, double ratio, Map<String, Double> ratios) {
		this.results.add(Result.of(heading, this.database, series, ratio, ratios));
		this.json.ifPresent((file) -> this.mapper.writeValue(file, this.results));
	}

	/**
	 * The results so far.
	 * @return the results
	 */
	public List<Result> results() {
		return List.copyOf(this.results);
	}

	/**
	 * Prints all results as a table.
	 * @param out where to print it
	 */
	public void print(PrintStream out) {
		out.println();
		out.printf(Locale.ROOT, "%-26s %-14s %7s  %-23s %12s %25s %8s %10s %10s %8s  %s%n", "scenario", "variant",
				"callers", "contender", "items/s", "quartiles", "ratio", "p50 ms", "p99 ms", "retries", "");
		this.results.forEach((result) -> print(out, result));
		out.println();
		out.println("items/s: median of the rounds. ratio: to the scenario's baseline, the median of the ratios of "
				+ "rounds played one after the other. In growth and held-snapshot, the ratio is to the start. "
				+ "p50, p99: of all operations. retries: per item. placed after: from the commit on. waiting: the "
				+ "most transactions that were not placed yet at the end of a round.");
	}

	private static void print(PrintStream out, Result result) {
		out.printf(Locale.ROOT, "%-26s %-14s %7d  %-23s %,12.0f %25s %7.2fx %,10.3f %,10.3f %8.3f  lost=%d%s%n",
				result.scenario(), result.variant(), result.threads(), result.contender(), result.itemsPerSecond(),
				String.format(Locale.ROOT, "%,.0f-%,.0f", result.lowerQuartile(), result.upperQuartile()),
				result.ratioToBaseline(), result.p50Millis(), result.p99Millis(), result.retriesPerItem(),
				result.lost(), further(result) + placed(result));
	}

	private static String placed(Result result) {
		return result.placed()
			.map((placed) -> String.format(Locale.ROOT, "  placed after p50 %.1f ms, p99 %.1f ms, waiting=%d",
					placed.p50Millis(), placed.p99Millis(), placed.waiting()))
			.orElse("");
	}

	/**
	 * The ratios to further baselines.
	 */
	private static String further(Result result) {
		return result.ratios()
			.entrySet()
			.stream()
			.skip(1)
			.map((ratio) -> String.format(Locale.ROOT, "  %.2fx %s", ratio.getValue(), ratio.getKey()))
			.collect(Collectors.joining());
	}

}
