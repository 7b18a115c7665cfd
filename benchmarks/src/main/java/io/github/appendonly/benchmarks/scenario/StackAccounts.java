package io.github.appendonly.benchmarks.scenario;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Parallel;
import io.github.appendonly.benchmarks.measure.Worker;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;

/**
 * An archived stack for each account.
 */
final class StackAccounts implements Accounts {

	private final AppendOnlyStructures structures;

	private final String prefix;

	private final Inbox inbox;

	private final Follower[] followers;

	/** Marks the accounts that have new items. */
	private final AtomicIntegerArray touched;

	/**
	 * Creates stacks whose names begin with a prefix, which nobody else uses.
	 */
	StackAccounts(Application application, String prefix, int size) {
		this.structures = application.bean(AppendOnlyStructures.class);
		this.prefix = prefix;
		this.inbox = new Inbox(application);
		this.followers = IntStream.range(0, size)
			.mapToObj((account) -> new Follower(this.structures.history(stackName(account), Order.class)))
			.toArray(Follower[]::new);
		this.touched = new AtomicIntegerArray(size);
	}

	@Override
	public String name() {
		return Pushers.STACK;
	}

	@Override
	public int size() {
		return this.followers.length;
	}

	@Override
	public void fill(int items) {
		for (int i = 0; i < items; i++) {
			Order order = Order.of(i);
			Parallel.forEach(IntStream.range(0, size()), (account) -> stack(account).push(order));
		}
		Parallel.forEach(IntStream.range(0, size()), (account) -> this.followers[account].skip());
	}

	@Override
	public void add(int account, Order order) {
		this.touched.set(account, 1);
		stack(account).push(order);
	}

	@Override
	public List<Order> newest(int account) {
		List<Entry<Order>> entries = stack(account).newest(PAGE);
		Follower.requireConsecutive(entries);
		return entries.stream().map(Entry::item).toList();
	}

	private AppendStack<Order> stack(int account) {
		return this.structures.stack(stackName(account), Order.class, StackSettings::archived);
	}

	private String stackName(int account) {
		return this.prefix + "-" + account;
	}

	@Override
	public void check(Ledger ledger) {
		this.inbox.check(ledger);
		Queue<Order> found = new ConcurrentLinkedQueue<>();
		Queue<String> faults = new ConcurrentLinkedQueue<>();
		IntStream accounts = IntStream.range(0, size()).filter((account) -> this.touched.getAndSet(account, 0) == 1);
		Parallel.forEach(accounts,
				(account) -> this.followers[account].read(faults::add, inOrder(faults::add, found::add)));
		found.forEach((order) -> ledger.stored(order.number()));
		faults.forEach(ledger::fault);
	}

	/**
	 * Passes the items of one feed on, and checks that those of each caller are in order.
	 */
	private static Consumer<Order> inOrder(Consumer<String> faults, Consumer<Order> orders) {
		Map<Integer, Long> newest = new HashMap<>();
		return (order) -> {
			Long before = newest.put(Worker.worker(order.number()), order.number());
			if (before != null && before > order.number()) {
				faults.accept("an item that is out of order: " + order.number());
			}
			orders.accept(order);
		};
	}

}
