package io.github.appendonly.benchmarks.scenario;

import java.util.function.BiConsumer;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.BusinessRow;
import io.github.appendonly.benchmarks.application.BusinessRowRepository;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Operation;
import io.github.appendonly.benchmarks.measure.Worker;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions that write a business row, do other work, and add an item.
 */
final class BusinessTransactions {

	private final TransactionTemplate transaction;

	private final BusinessRowRepository rows;

	/** One row per item, since only the contender that has just played writes rows. */
	private final Check check;

	BusinessTransactions(Application application) {
		this.transaction = application.transaction();
		this.rows = application.bean(BusinessRowRepository.class);
		this.check = new CountCheck(this.rows::count, Ledger::expectCount);
	}

	/**
	 * Checks that there is a business row for each item.
	 */
	Check check() {
		return this.check;
	}

	/**
	 * A transaction for each item. If it fails because of another one, it is repeated, as
	 * its caller would have to do.
	 * @param work the milliseconds of other work
	 * @param add adds the item
	 */
	Operation each(int work, BiConsumer<Worker, Order> add) {
		return (worker) -> {
			Order order = worker.next();
			while (true) {
				try {
					this.transaction.executeWithoutResult((status) -> {
						work(order, work);
						add.accept(worker, order);
					});
					return 1;
				}
				catch (ConcurrencyFailureException ex) {
					worker.retried(1);
				}
			}
		};
	}

	/**
	 * Writes the business row and does the other work, in a transaction of the caller.
	 */
	void work(Order order, int millis) {
		this.rows.save(new BusinessRow(order));
		if (millis > 0) {
			Pause.ofMillis(millis);
		}
	}

}
