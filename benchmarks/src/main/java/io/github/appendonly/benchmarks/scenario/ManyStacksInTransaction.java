package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;

/**
 * Adds items to random ones of many feeds, in transactions that write a row.
 */
final class ManyStacksInTransaction implements Scenario {

	@Override
	public String name() {
		return "many-stacks-in-transaction";
	}

	@Override
	public String description() {
		return "each transaction writes a business row, and adds to a random one of --stacks feeds";
	}

	@Override
	public void run(Bench bench) {
		bench.application().empty();
		BusinessTransactions transactions = new BusinessTransactions(bench.application());
		List<Contender> contenders = ManyAccounts.filled(bench, name(), 1)
			.stream()
			.map((accounts) -> adding(transactions, accounts))
			.toList();
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "", threads), contenders, Accounts.JDBC, Accounts.REPOSITORY);
		}
	}

	private static Contender adding(BusinessTransactions transactions, Accounts accounts) {
		return new LocalContender(accounts.name(),
				transactions.each(0, (worker, order) -> accounts.add(worker.random(accounts.size()), order)),
				accounts.and(transactions.check()));
	}

}
