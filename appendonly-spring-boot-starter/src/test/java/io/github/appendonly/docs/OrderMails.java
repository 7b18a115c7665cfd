package io.github.appendonly.docs;

import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.Accumulator;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;

@Service
public class OrderMails {

	private final Accumulator<Order> unconfirmedOrders;

	private final TransactionOperations transaction;

	public OrderMails(Accumulator<Order> unconfirmedOrders, TransactionOperations transaction) {
		this.unconfirmedOrders = unconfirmedOrders;
		this.transaction = transaction;
	}

	@Transactional
	public void place(Order order) {
		// … your own tables, in the same transaction …
		this.unconfirmedOrders.append(order);
	}

	public void confirm(Consumer<Order> mailbox) {
		List<Order> orders;
		do {
			orders = this.transaction.execute((status) -> {
				List<Order> some = this.unconfirmedOrders.consume(20);
				some.forEach(mailbox);
				return some;
			});
		}
		while (!orders.isEmpty());
	}

}
