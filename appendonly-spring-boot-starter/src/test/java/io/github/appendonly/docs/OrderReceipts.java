package io.github.appendonly.docs;

import java.util.concurrent.CompletableFuture;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class OrderReceipts {

	private final AppendStack<Order> recentOrders;

	public OrderReceipts(AppendStack<Order> recentOrders) {
		this.recentOrders = recentOrders;
	}

	@Transactional
	public Position place(Order order) {
		this.recentOrders.push(order);
		return this.recentOrders.newest().map(Entry::position).orElseThrow();
	}

	public CompletableFuture<Position> announce(Order order) {
		return this.recentOrders.pushAsync(order);
	}

}
