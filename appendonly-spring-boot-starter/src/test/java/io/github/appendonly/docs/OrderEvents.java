package io.github.appendonly.docs;

import io.github.appendonly.History;
import io.github.appendonly.web.EntryEvents;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sends orders to browsers as server-sent events.
 */
@RestController
public class OrderEvents {

	private final History<Order> recentOrdersHistory;

	public OrderEvents(History<Order> recentOrdersHistory) {
		this.recentOrdersHistory = recentOrdersHistory;
	}

	@GetMapping("/orders/events")
	public EntryEvents<Order> events() {
		return EntryEvents.of(this.recentOrdersHistory);
	}

}
