package io.github.appendonly.docs;

import io.github.appendonly.AppendStack;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.stereotype.Service;

@Service
public class OrderRetry {

	private final AppendStack<Order> recentOrders;

	private final AppendOnlyStructures structures;

	public OrderRetry(AppendStack<Order> recentOrders, AppendOnlyStructures structures) {
		this.recentOrders = recentOrders;
		this.structures = structures;
	}

	public void push(Order order) {
		try {
			this.recentOrders.push(order);
		}
		catch (UncertainCommitException ex) {
			if (!ex.isFenceable()) {
				throw ex;
			}
			this.structures.fence("recent-orders");
			if (this.recentOrders.stream().limit(1000).noneMatch((entry) -> entry.item().equals(order))) {
				this.recentOrders.push(order);
			}
		}
	}

}
