package io.github.appendonly.benchmarks.scenario;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Crew;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.LocalContender;

/**
 * Reads the first page of a feed.
 */
final class NewestPage implements Scenario {

	private static final Duration EACH_MILLISECOND = Duration.ofMillis(1);

	@Override
	public String name() {
		return "newest-20";
	}

	@Override
	public String description() {
		return "first pages: of random ones of --stacks feeds, and of one feed while one more caller adds 1,000/s";
	}

	@Override
	public void run(Bench bench) {
		bench.application().empty();
		List<Contender> idle = contenders(bench, bench.options().stacks(), NewestPage::reading);
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "idle", threads), idle, Accounts.JDBC, Accounts.REPOSITORY);
		}
		bench.application().empty();
		List<Contender> growing = contenders(bench, 1, NewestPage::readingWhileWriting);
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "growing", threads),
					new Load(threads + 1, false, bench.options().time(), 1), growing, Accounts.JDBC,
					Accounts.REPOSITORY);
		}
	}

	private List<Contender> contenders(Bench bench, int feeds, Function<Accounts, Contender> contender) {
		return ManyAccounts.filled(bench, name() + "-of-" + feeds, feeds, Accounts.PAGE)
			.stream()
			.map(contender)
			.toList();
	}

	private static Contender reading(Accounts accounts) {
		return new LocalContender(accounts.name(), ManyAccounts.reading(accounts), Check.NOTHING_STORED);
	}

	private static Contender readingWhileWriting(Accounts accounts) {
		Crew writer = Crew.part("writes", (callers) -> 1, (worker) -> {
			accounts.add(0, worker.next());
			return 1;
		}).every(EACH_MILLISECOND);
		Crew readers = Crew.part("reads", (callers) -> callers - 1, ManyAccounts.reading(accounts));
		return new LocalContender(accounts.name(), List.of(writer, readers), accounts);
	}

}
