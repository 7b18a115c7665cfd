package io.github.appendonly.benchmarks.scenario;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.Options;
import io.github.appendonly.benchmarks.measure.Report;
import io.github.appendonly.benchmarks.measure.Round;
import io.github.appendonly.benchmarks.measure.Series;

/**
 * The equipment of the scenarios: an application on a database, the options, and the
 * rules by which contenders take turns.
 */
public final class Bench {

	private static final int FIRST_WORKER = 1;

	/**
	 * The minimum for warming up: with a single caller, the code would not get compiled.
	 */
	private static final int WARM_UP_CALLERS = 8;

	private final Application application;

	private final Options options;

	private final boolean shared;

	private final Report report;

	private int nextWorker = FIRST_WORKER;

	/**
	 * Creates a bench for an application.
	 * @param application the application
	 * @param options the options of the command line
	 * @param shared whether other processes can use the database too
	 * @param report receives the results
	 */
	public Bench(Application application, Options options, boolean shared, Report report) {
		this.application = application;
		this.options = options;
		this.shared = shared;
		this.report = report;
	}

	/**
	 * The application that the scenarios share.
	 * @return the application
	 */
	public Application application() {
		return this.application;
	}

	/**
	 * The options of the command line.
	 * @return the options
	 */
	public Options options() {
		return this.options;
	}

	/**
	 * Whether other processes can use the database too.
	 * @return whether there is a server
	 */
	public boolean shared() {
		return this.shared;
	}

	/**
	 * The results.
	 * @return the report
	 */
	public Report report() {
		return this.report;
	}

	/**
	 * Lets contenders take turns, with platform threads.
	 * @param heading the heading of the results
	 * @param contenders the contenders
	 * @param baselines the names of those with which all are compared
	 */
	public void match(Heading heading, List<Contender> contenders, String... baselines) {
		match(heading, load(heading, this.options.time()), contenders, baselines);
	}

	/**
	 * Lets contenders take turns in rounds, after one warm-up round each. Reports their
	 * ratios to the baselines. The first baseline is the main one.
	 */
	void match(Heading heading, Load load, List<Contender> all, String... baselines) {
		List<Contender> contenders = all.stream()
			.filter((contender) -> this.options.plays(contender.name(), List.of(baselines)))
			.toList();
		contenders.forEach((contender) -> warmUp(heading, contender, load));
		Map<String, Map<String, Series>> kinds = new LinkedHashMap<>();
		for (int i = 1; i <= this.options.rounds(); i++) {
			for (Contender contender : contenders) {
				for (Round round : play(heading, "round " + i + " of " + this.options.rounds(), contender, load)) {
					kinds.computeIfAbsent(round.kind(), (kind) -> new LinkedHashMap<>())
						.computeIfAbsent(contender.name(), Series::new)
						.add(round);
				}
			}
		}
		kinds.forEach((kind, series) -> report(heading.with(kind), series, baselines));
	}

	private void report(Heading heading, Map<String, Series> series, String... baselines) {
		series.values().forEach((each) -> {
			Map<String, Double> ratios = new LinkedHashMap<>();
			for (String baseline : baselines) {
				ratios.put(baseline, each.ratioTo(series.getOrDefault(baseline, each)));
			}
			this.report.add(heading, each, ratios.getOrDefault(baselines[0], 1.0), ratios);
		});
	}

	/**
	 * Lets one contender play alone, after a warm-up round. All of its callers do the
	 * same.
	 */
	Series series(Heading heading, Contender contender) {
		warmUp(heading, contender, this.options.time());
		return series(heading, contender, this.options.rounds(), this.options.time());
	}

	/**
	 * Lets one contender play alone.
	 */
	Series series(Heading heading, Contender contender, int rounds, Duration time) {
		Series series = new Series(contender.name());
		for (int i = 1; i <= rounds; i++) {
			play(heading, "round " + i + " of " + rounds, contender, load(heading, time)).forEach(series::add);
		}
		return series;
	}

	/**
	 * Lets one contender prepare its data, and play a round that does not count.
	 */
	void warmUp(Heading heading, Contender contender, Duration time) {
		warmUp(heading, contender, load(heading, time));
	}

	private void warmUp(Heading heading, Contender contender, Load load) {
		contender.prepare();
		int callers = Math.max(load.callers(), WARM_UP_CALLERS);
		play(heading, "warm-up", contender, new Load(callers, load.virtual(), load.time(), FIRST_WORKER));
	}

	private static Load load(Heading heading, Duration time) {
		return new Load(heading.threads(), false, time, FIRST_WORKER);
	}

	private List<Round> play(Heading heading, String name, Contender contender, Load load) {
		List<Round> rounds = contender.play(load.from(this.nextWorker));
		this.nextWorker += load.callers();
		rounds.forEach((round) -> this.report.tell(heading, name, contender.name(), round));
		long lost = rounds.stream().mapToLong(Round::lost).sum();
		if (lost > 0 && !contender.losesItems()) {
			throw new LostItemsException(heading + ": " + contender.name() + " lost=" + lost);
		}
		return rounds;
	}

}
