package io.github.appendonly.docs;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.History;
import org.springframework.stereotype.Service;

@Service
public class StackImport {

	private final AppendStack<Order> recentOrders;

	private final History<Order> recentOrdersHistory;

	public StackImport(AppendStack<Order> recentOrders, History<Order> recentOrdersHistory) {
		this.recentOrders = recentOrders;
		this.recentOrdersHistory = recentOrdersHistory;
	}

	public void load(Stream<Order> oldestFirst) {
		Iterator<Order> rest = oldestFirst.skip(this.recentOrdersHistory.size()).iterator();
		while (rest.hasNext()) {
			List<Order> chunk = new ArrayList<>();
			while (rest.hasNext() && chunk.size() < 10_000) {
				chunk.add(rest.next());
			}
			this.recentOrders.pushAll(chunk);
		}
	}

}
