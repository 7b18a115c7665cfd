package io.github.appendonly.autoconfigure;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.app.Customer;
import io.github.appendonly.autoconfigure.app.Order;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jpa.test.autoconfigure.TestEntityManager;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice test, as users write them, finds the stacks.
 */
@DataJpaTest(properties = { "appendonly.stacks.orders.type=io.github.appendonly.autoconfigure.app.Order",
		"spring.flyway.enabled=false", "appendonly.inbox.check-interval=0" })
@ContextConfiguration(classes = DataJpaSliceTests.Application.class)
class DataJpaSliceTests {

	private final AppendStack<Order> orders;

	private final TestEntityManager entityManager;

	@Autowired
	DataJpaSliceTests(AppendStack<Order> orders, TestEntityManager entityManager) {
		this.orders = orders;
		this.entityManager = entityManager;
	}

	@Test
	void pushIsSeenInTheTestsTransaction() {
		this.entityManager.persist(new Customer("Ada"));
		this.orders.push(new Order("1"));
		assertThat(this.orders).extracting((entry) -> entry.item()).containsExactly(new Order("1"));
	}

	@Test
	void pushOfAnotherTestWasRolledBack() {
		this.orders.push(new Order("2"));
		assertThat(this.orders).extracting((entry) -> entry.item()).containsExactly(new Order("2"));
	}

	@SpringBootConfiguration
	@AutoConfigurationPackage(basePackageClasses = Order.class)
	static class Application {

	}

}
