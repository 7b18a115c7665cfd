package io.github.appendonly.docs;

import java.math.BigDecimal;

import io.github.appendonly.Erasure;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.stereotype.Service;

@Service
public class OrderPrivacy {

	private static final Log logger = LogFactory.getLog(OrderPrivacy.class);

	private final History<Order> recentOrdersHistory;

	public OrderPrivacy(History<Order> recentOrdersHistory) {
		this.recentOrdersHistory = recentOrdersHistory;
	}

	public long forget(String customer) {
		return this.recentOrdersHistory.eraseIf((order) -> order.number().startsWith(customer)).erased();
	}

	public Erasure forget(String customer, Erasure from) {
		return this.recentOrdersHistory.eraseIf((order) -> order.number().startsWith(customer), from,
				(progress) -> logger.info(progress.examined() + " orders done, go on below " + progress.cursor()));
	}

	public boolean hideTotal(Position position) {
		return this.recentOrdersHistory.replace(position, (order) -> new Order(order.number(), BigDecimal.ZERO));
	}

}
