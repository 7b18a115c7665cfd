package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.measure.Heading;

/**
 * Pushes in transactions that write a row and do other work.
 */
final class PushInTransaction implements Scenario {

	@Override
	public String name() {
		return "push-in-transaction";
	}

	@Override
	public String description() {
		return "each transaction writes a business row, does --work ms of other work, and pushes";
	}

	@Override
	public void run(Bench bench) {
		for (int work : bench.options().work()) {
			for (int threads : bench.options().threads()) {
				bench.application().empty();
				Pushers pushers = new Pushers(bench.application());
				bench.match(
						new Heading(name(), "work " + work + " ms", threads), List.of(pushers.saveInTransaction(work),
								pushers.stackInTransaction(work), pushers.naiveInTransaction(work)),
						Pushers.PLAIN_INSERT);
			}
		}
	}

}
