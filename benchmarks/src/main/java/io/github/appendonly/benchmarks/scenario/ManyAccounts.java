package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.LocalContender;
import io.github.appendonly.benchmarks.measure.Operation;

/**
 * The same feeds as rows, as entities and as stacks.
 */
final class ManyAccounts {

	private ManyAccounts() {
	}

	/**
	 * The feeds of {@code --stacks} accounts.
	 * @param name the prefix of the names of the stacks
	 * @param items the number of items in each feed
	 */
	static List<Accounts> filled(Bench bench, String name, int items) {
		return filled(bench, name, bench.options().stacks(), items);
	}

	static List<Accounts> filled(Bench bench, String name, int size, int items) {
		Application application = bench.application();
		List<Accounts> all = List.of(new RowAccounts(application, size), new EntityAccounts(application, size),
				new StackAccounts(application, name, size));
		all.forEach((accounts) -> accounts.fill(items));
		application.settle();
		return all;
	}

	/**
	 * Adds items to random feeds.
	 */
	static Contender adding(String name, Accounts accounts) {
		return new LocalContender(name, (worker) -> {
			accounts.add(worker.random(accounts.size()), worker.next());
			return 1;
		}, accounts);
	}

	/**
	 * Reads the first page of a random feed.
	 */
	static Operation reading(Accounts accounts) {
		return (worker) -> {
			worker.expect(accounts.newest(worker.random(accounts.size())).size() == Accounts.PAGE);
			return 1;
		};
	}

}
