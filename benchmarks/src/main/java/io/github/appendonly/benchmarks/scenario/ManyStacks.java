package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.AccountItem;
import io.github.appendonly.benchmarks.application.AccountItemRepository;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;

/**
 * Pushes onto random ones of many stacks.
 */
final class ManyStacks implements Scenario {

	@Override
	public String name() {
		return "many-stacks";
	}

	@Override
	public String description() {
		return "--stacks feeds, each caller adds to random ones";
	}

	@Override
	public void run(Bench bench) {
		bench.application().empty();
		Contender save = save(bench);
		Contender stacks = stacks(bench);
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "", threads), List.of(save, stacks), Pushers.SAVE);
		}
	}

	private static Contender stacks(Bench bench) {
		Accounts accounts = new Accounts(bench.application(), bench.options().stacks());
		accounts.fill();
		return new LocalContender(Pushers.STACK, (worker) -> {
			accounts.push(worker.random(accounts.size()), worker.next());
			return 1;
		}, accounts);
	}

	private static Contender save(Bench bench) {
		Application application = bench.application();
		AccountItemRepository items = application.bean(AccountItemRepository.class);
		int accounts = bench.options().stacks();
		RowCheck check = new RowCheck(application.jdbc(), "bench_account_item");
		items.saveAll(IntStream.range(0, accounts).mapToObj((i) -> new AccountItem(i, Order.of(i))).toList());
		check.skip();
		return new LocalContender(Pushers.SAVE, (worker) -> {
			items.save(new AccountItem(worker.random(accounts), worker.next()));
			return 1;
		}, check);
	}

}
