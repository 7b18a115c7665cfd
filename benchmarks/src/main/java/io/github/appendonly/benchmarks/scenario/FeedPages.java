package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Crew;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;

/**
 * Adds items to random ones of many feeds in transactions, and reads their first pages
 * meanwhile.
 */
final class FeedPages implements Scenario {

	private static final int MINIMUM = 2;

	@Override
	public String name() {
		return "feed";
	}

	@Override
	public String description() {
		return "half of the callers write in transactions onto --stacks feeds, half read their first pages";
	}

	@Override
	public void run(Bench bench) {
		bench.application().empty();
		BusinessTransactions transactions = new BusinessTransactions(bench.application());
		List<Contender> contenders = ManyAccounts.filled(bench, name(), Accounts.PAGE)
			.stream()
			.map((accounts) -> writingAndReading(transactions, accounts))
			.toList();
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "", Math.max(threads, MINIMUM)), contenders, Accounts.JDBC,
					Accounts.REPOSITORY);
		}
	}

	private static Contender writingAndReading(BusinessTransactions transactions, Accounts accounts) {
		Crew writers = Crew.part("writes", (callers) -> callers / 2,
				transactions.each(0, (worker, order) -> accounts.add(worker.random(accounts.size()), order)));
		Crew readers = Crew.part("reads", (callers) -> callers - callers / 2, ManyAccounts.reading(accounts));
		return new LocalContender(accounts.name(), List.of(writers, readers), accounts.and(transactions.check()));
	}

}
