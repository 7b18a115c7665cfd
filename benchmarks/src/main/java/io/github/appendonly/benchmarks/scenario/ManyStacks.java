package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;

/**
 * Adds items to random ones of many feeds, outside transactions.
 */
final class ManyStacks implements Scenario {

	@Override
	public String name() {
		return "many-stacks";
	}

	@Override
	public String description() {
		return "--stacks feeds, each caller adds to random ones, outside transactions";
	}

	@Override
	public void run(Bench bench) {
		bench.application().empty();
		List<Contender> contenders = ManyAccounts.filled(bench, name(), 1)
			.stream()
			.map((accounts) -> ManyAccounts.adding(accounts.name(), accounts))
			.toList();
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "", threads), contenders, Accounts.JDBC, Accounts.REPOSITORY);
		}
	}

}
