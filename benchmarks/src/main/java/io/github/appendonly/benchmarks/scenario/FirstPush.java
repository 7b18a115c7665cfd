package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Heading;
import io.github.appendonly.benchmarks.measure.LocalContender;

/**
 * Adds the first item of feeds that are not there yet.
 */
final class FirstPush implements Scenario {

	@Override
	public String name() {
		return "first-push";
	}

	@Override
	public String description() {
		return "each call adds the first item of a new feed; or another one to one of --stacks stacks";
	}

	@Override
	public void run(Bench bench) {
		Application application = bench.application();
		application.empty();
		int size = bench.options().stacks();
		StackAccounts existing = new StackAccounts(application, name(), size);
		existing.fill(1);
		List<Contender> contenders = List.of(first(new RowAccounts(application, size)),
				first(new EntityAccounts(application, size)), first(new NewStacks(application)),
				ManyAccounts.adding(Pushers.STACK + ".later", existing));
		for (int threads : bench.options().threads()) {
			bench.match(new Heading(name(), "", threads), contenders, Accounts.JDBC, Accounts.REPOSITORY);
		}
	}

	private static Contender first(Accounts accounts) {
		AtomicInteger next = new AtomicInteger(accounts.size());
		return new LocalContender(accounts.name(), (worker) -> {
			accounts.add(next.getAndIncrement(), worker.next());
			return 1;
		}, accounts);
	}

	private static Contender first(NewStacks stacks) {
		return new LocalContender(Pushers.STACK + ".first", (worker) -> {
			stacks.push(worker.next());
			return 1;
		}, stacks);
	}

}
