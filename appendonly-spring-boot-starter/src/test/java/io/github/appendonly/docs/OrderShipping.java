package io.github.appendonly.docs;

import io.github.appendonly.Entry;
import io.github.appendonly.subscriber.AppendStackListener;
import org.springframework.stereotype.Component;

@Component
public class OrderShipping {

	private final Warehouse warehouse;

	public OrderShipping(Warehouse warehouse) {
		this.warehouse = warehouse;
	}

	@AppendStackListener(stack = "recent-orders", id = "warehouse")
	public void ship(Entry<Order> entry) {
		this.warehouse.ship(entry.item());
	}

}
