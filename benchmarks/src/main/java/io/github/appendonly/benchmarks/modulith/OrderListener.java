package io.github.appendonly.benchmarks.modulith;

import io.github.appendonly.benchmarks.application.HandledItems;
import io.github.appendonly.benchmarks.application.Order;
import org.springframework.modulith.events.ApplicationModuleListener;

/**
 * Inserts a row for each event.
 */
class OrderListener {

	private final HandledItems items;

	OrderListener(HandledItems items) {
		this.items = items;
	}

	@ApplicationModuleListener
	void on(Order order) {
		this.items.insert(order);
	}

}
