package io.github.appendonly.docs;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.springframework.stereotype.Service;

@Service
public class OrderPages {

	private final History<Order> recentOrdersHistory;

	public OrderPages(History<Order> recentOrdersHistory) {
		this.recentOrdersHistory = recentOrdersHistory;
	}

	public List<Entry<Order>> page(Optional<Position> below) {
		return below.map((position) -> this.recentOrdersHistory.older(position, 20))
			.orElseGet(() -> this.recentOrdersHistory.newest(20));
	}

}
