package io.github.appendonly.docs;

import io.github.appendonly.Changes;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class OrderFeed {

	private final History<Order> recentOrdersHistory;

	public OrderFeed(History<Order> recentOrdersHistory) {
		this.recentOrdersHistory = recentOrdersHistory;
	}

	@GetMapping("/orders")
	public Changes<Order> after(@RequestParam(defaultValue = "start") Position cursor,
			@RequestParam(defaultValue = "100") int limit) {
		return this.recentOrdersHistory.since(cursor, Math.min(limit, 1000));
	}

}
