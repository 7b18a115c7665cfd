package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.benchmarks.application.AccountItem;
import io.github.appendonly.benchmarks.application.AccountItemRepository;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Ledger;

/**
 * Entities with the id of an account and an index, written and read by a repository.
 */
final class EntityAccounts implements Accounts {

	private final AccountItemRepository items;

	private final RowCheck check;

	private final int size;

	EntityAccounts(Application application, int size) {
		this.items = application.bean(AccountItemRepository.class);
		this.check = new RowCheck(application.jdbc(), "bench_account_item");
		this.size = size;
	}

	@Override
	public String name() {
		return REPOSITORY;
	}

	@Override
	public int size() {
		return this.size;
	}

	@Override
	public void fill(int items) {
		for (int i = 0; i < items; i++) {
			Order order = Order.of(i);
			this.items
				.saveAll(IntStream.range(0, this.size).mapToObj((account) -> new AccountItem(account, order)).toList());
		}
		this.check.skip();
	}

	@Override
	public void add(int account, Order order) {
		this.items.save(new AccountItem(account, order));
	}

	@Override
	public List<Order> newest(int account) {
		return this.items.findTop20ByAccountIdOrderByIdDesc(account).stream().map(AccountItem::order).toList();
	}

	@Override
	public void check(Ledger ledger) {
		this.check.check(ledger);
	}

}
