package io.github.appendonly.docs;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.ReadOption;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

public class OrderAudit {

	private static final Log log = LogFactory.getLog(OrderAudit.class);

	private final AppendStack<Order> orders;

	private final Warehouse warehouse;

	public OrderAudit(AppendStack<Order> orders, Warehouse warehouse) {
		this.orders = orders;
		this.warehouse = warehouse;
	}

	public Position follow(Position cursor) {
		Changes<Order> changes = this.orders.since(cursor, 100, ReadOption.REPORT_UNREADABLE);
		changes.unreadable().forEach((one) -> log.warn("Left out " + one.position() + ": " + one.text()));
		changes.entries().stream().map(Entry::item).forEach(this.warehouse::ship);
		return changes.cursor();
	}

}
