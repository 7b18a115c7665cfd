package io.github.appendonly.docs;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.appendonly.subscriber.Subscribers;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The listener of the quick start, tested as the reference says.
 */
@SpringBootTest(properties = { "appendonly.stacks.recent-orders.type=io.github.appendonly.docs.Order",
		"appendonly.stacks.recent-orders.archive=true", "spring.flyway.enabled=false",
		"spring.datasource.generate-unique-name=true", "appendonly.inbox.check-interval=0" })
class OrderShippingTests {

	private final OrderDesk desk;

	private final RememberingWarehouse warehouse;

	private final Subscribers subscribers;

	@Autowired
	OrderShippingTests(OrderDesk desk, RememberingWarehouse warehouse, Subscribers subscribers) {
		this.desk = desk;
		this.warehouse = warehouse;
		this.subscribers = subscribers;
	}

	@Test
	void placedOrderIsShipped() {
		this.desk.place(new Order("4711", BigDecimal.TEN));
		this.subscribers.awaitCaughtUp("warehouse", Duration.ofMinutes(1));
		assertThat(this.warehouse.shipped()).contains("4711");
	}

	static class RememberingWarehouse implements Warehouse {

		private final List<String> shipped = new CopyOnWriteArrayList<>();

		@Override
		public void ship(Order order) {
			this.shipped.add(order.number());
		}

		List<String> shipped() {
			return this.shipped;
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ OrderDesk.class, OrderShipping.class, RememberingWarehouse.class })
	static class Application {

	}

}
