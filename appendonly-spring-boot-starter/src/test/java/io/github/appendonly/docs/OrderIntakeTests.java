package io.github.appendonly.docs;

import java.math.BigDecimal;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test of a user, without a database.
 */
class OrderIntakeTests {

	private final AppendStack<Order> recentOrders = new InMemoryAppendStack<>();

	private final OrderIntake intake = new OrderIntake(this.recentOrders);

	private HttpStatusCode place(String customer, String key, Order order) {
		return this.intake.place(customer, key, order).getStatusCode();
	}

	@Test
	void requestThatComesTwiceIsPlacedOnce() {
		Order order = new Order("1", BigDecimal.ONE);
		assertThat(place("ann", "8f14e45f", order)).isEqualTo(HttpStatus.CREATED);
		assertThat(place("ann", "8f14e45f", order)).isEqualTo(HttpStatus.OK);
		assertThat(this.recentOrders.stream().map(Entry::item)).containsExactly(order);
		assertThat(place("bob", "8f14e45f", order)).isEqualTo(HttpStatus.CREATED);
		assertThat(place("ann", "c9f0f895", order)).isEqualTo(HttpStatus.CREATED);
		assertThat(this.recentOrders.size()).isEqualTo(3);
	}

}
