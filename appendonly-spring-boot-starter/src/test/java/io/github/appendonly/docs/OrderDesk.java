package io.github.appendonly.docs;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class OrderDesk {

	@Autowired
	private AppendStack<Order> recentOrders;

	@Autowired
	private History<Order> recentOrdersHistory;

	@Transactional
	public void place(Order order) {
		// … your own tables, in the same transaction …
		this.recentOrders.push(order);
	}

	public List<Entry<Order>> latest() {
		return this.recentOrders.newest(50);
	}

	public Changes<Order> newerThan(Position cursor) {
		return this.recentOrdersHistory.since(cursor, 100);
	}

}
