package io.github.appendonly.docs;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

@Component
public class OrderFollower {

	private final History<Order> recentOrdersHistory;

	private final JdbcClient jdbc;

	private final TransactionOperations transaction;

	private final Warehouse warehouse;

	public OrderFollower(History<Order> recentOrdersHistory, JdbcClient jdbc, TransactionOperations transaction,
			Warehouse warehouse) {
		this.recentOrdersHistory = recentOrdersHistory;
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.warehouse = warehouse;
	}

	@Scheduled(fixedDelay = 500)
	public void follow() {
		boolean caughtUp = false;
		for (int page = 0; page < 50 && !caughtUp; page++) {
			String cursor = this.jdbc.sql("select cursor_text from follower where name = 'warehouse'")
				.query(String.class)
				.single();
			Changes<Order> changes = this.recentOrdersHistory.since(Position.parse(cursor), 100);
			if (changes.expired() || changes.ahead()) {
				throw new IllegalStateException("Orders are missing after " + cursor);
			}
			this.transaction.executeWithoutResult((status) -> ship(cursor, changes));
			caughtUp = changes.caughtUp();
		}
	}

	private void ship(String cursor, Changes<Order> changes) {
		String next = changes.cursor().toString();
		int moved = next.equals(cursor) ? 0
				: this.jdbc.sql("update follower set cursor_text = ? where name = 'warehouse' and cursor_text = ?")
					.params(next, cursor)
					.update();
		if (moved == 1) {
			changes.entries().stream().map(Entry::item).forEach(this.warehouse::ship);
		}
	}

}
