package io.github.appendonly.benchmarks.scenario;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.Parallel;
import io.github.appendonly.jpa.AppendOnlyStructures;

/**
 * A new stack for each item.
 */
final class NewStacks implements Check {

	private final AppendOnlyStructures structures;

	private final Queue<Long> numbers = new ConcurrentLinkedQueue<>();

	NewStacks(Application application) {
		this.structures = application.bean(AppendOnlyStructures.class);
	}

	void push(Order order) {
		stack(order.number()).push(order);
		this.numbers.add(order.number());
	}

	private AppendStack<Order> stack(long number) {
		return this.structures.stack("new-" + number, Order.class);
	}

	@Override
	public void check(Ledger ledger) {
		List<Long> pushed = List.copyOf(this.numbers);
		this.numbers.clear();
		Queue<String> faults = new ConcurrentLinkedQueue<>();
		Parallel.forEach(pushed, (number) -> {
			List<Entry<Order>> found = stack(number).newest(2);
			if (!found.equals(List.of(new Entry<>(new Position(0, 0), Order.of(number))))) {
				faults.add("stack " + number + " holds " + found);
			}
		});
		faults.forEach(ledger::fault);
		pushed.forEach(ledger::stored);
	}

}
