package io.github.appendonly.benchmarks.scenario;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.jpa.AppendOnlyStructures;

/**
 * A stack for each of many accounts.
 */
final class Accounts implements Check {

	private final AppendOnlyStructures structures;

	private final Follower[] followers;

	/** Marks the accounts that have new items. */
	private final AtomicIntegerArray touched;

	Accounts(Application application, int size) {
		this.structures = application.bean(AppendOnlyStructures.class);
		this.followers = IntStream.range(0, size)
			.mapToObj((account) -> new Follower(stack(account)))
			.toArray(Follower[]::new);
		this.touched = new AtomicIntegerArray(size);
	}

	int size() {
		return this.followers.length;
	}

	/**
	 * Pushes one item onto each stack, so that all of them exist.
	 */
	void fill() {
		IntStream.range(0, size()).parallel().forEach((account) -> {
			stack(account).push(Order.of(account));
			this.followers[account].skip();
		});
	}

	void push(int account, Order order) {
		this.touched.set(account, 1);
		stack(account).push(order);
	}

	private AppendStack<Order> stack(int account) {
		return this.structures.stack("account-" + account, Order.class);
	}

	@Override
	public void check(Ledger ledger) {
		Queue<Order> found = new ConcurrentLinkedQueue<>();
		Queue<String> faults = new ConcurrentLinkedQueue<>();
		IntStream.range(0, size())
			.parallel()
			.filter((account) -> this.touched.getAndSet(account, 0) == 1)
			.forEach((account) -> this.followers[account].read(faults::add, found::add));
		found.forEach((order) -> ledger.stored(order.number()));
		faults.forEach(ledger::fault);
	}

}
