package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.application.AccountRows;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Ledger;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Rows with the id of an account and an index, written and read with plain SQL.
 */
final class RowAccounts implements Accounts {

	private final AccountRows rows;

	private final TransactionTemplate transaction;

	private final RowCheck check;

	private final int size;

	RowAccounts(Application application, int size) {
		this.rows = application.bean(AccountRows.class);
		this.transaction = application.transaction();
		this.check = new RowCheck(application.jdbc(), AccountRows.TABLE);
		this.size = size;
	}

	@Override
	public String name() {
		return JDBC;
	}

	@Override
	public int size() {
		return this.size;
	}

	@Override
	public void fill(int items) {
		this.transaction.executeWithoutResult((status) -> {
			for (int i = 0; i < items; i++) {
				Order order = Order.of(i);
				for (int account = 0; account < this.size; account++) {
					this.rows.insert(account, order);
				}
			}
		});
		this.check.skip();
	}

	@Override
	public void add(int account, Order order) {
		this.rows.insert(account, order);
	}

	@Override
	public List<Order> newest(int account) {
		return this.rows.newest(account, PAGE);
	}

	@Override
	public void check(Ledger ledger) {
		this.check.check(ledger);
	}

}
