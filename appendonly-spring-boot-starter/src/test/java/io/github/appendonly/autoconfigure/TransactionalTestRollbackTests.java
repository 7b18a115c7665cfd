package io.github.appendonly.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.autoconfigure.app.Customer;
import io.github.appendonly.autoconfigure.app.CustomerRepository;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.test.context.transaction.BeforeTransaction;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests in transactions that are rolled back, as users write them, leave nothing.
 */
class TransactionalTestRollbackTests {

	private static void useDatabase(TestDatabase database, DynamicPropertyRegistry registry) {
		Stream
			.concat(Stream.of(database.create().properties()), Stream.of("spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=update", "appendonly.jdbc.initialize-schema=always",
					"appendonly.stacks.orders.type=" + Order.class.getName(), "appendonly.stacks.orders.max-layers=2",
					"appendonly.stacks.orders.max-length=2", "appendonly.stacks.orders.archive=true"))
			.forEach((property) -> {
				int equals = property.indexOf('=');
				registry.add(property.substring(0, equals), () -> property.substring(equals + 1));
			});
	}

	/**
	 * The tests of a user.
	 */
	@Transactional
	abstract static class Tests {

		private static final List<Order> ORDERS = Stream.of("1", "2", "3", "4", "5", "6", "7").map(Order::new).toList();

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private AppendOnlyStructures structures;

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private AppendStack<Order> orders;

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private Archive<Order> ordersArchive;

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private CustomerRepository customers;

		private Accumulator<Order> accumulator() {
			return this.structures.accumulator("waiting", Order.class);
		}

		@BeforeTransaction
		@AfterTransaction
		void nothingIsThere() {
			assertThat(this.structures.status("orders").layers()).isEmpty();
			assertThat(this.structures.status("orders").inbox()).isZero();
			assertThat(this.orders).isEmpty();
			assertThat(this.ordersArchive).isEmpty();
			assertThat(this.structures.archive("kept", Order.class)).isEmpty();
			assertThat(accumulator()).isEmpty();
			assertThat(this.customers.count()).isZero();
		}

		@Test
		void pushIsThereForAReadInTheTest() {
			this.customers.save(new Customer("Ada"));
			ORDERS.forEach(this.orders::push);
			assertThat(this.orders.fromOldest(10).entries()).extracting(Entry::item).isEqualTo(ORDERS.subList(4, 7));
			assertThat(this.ordersArchive.fromOldest(10).entries()).extracting(Entry::item)
				.isEqualTo(ORDERS.subList(0, 4));
		}

		@Test
		void sameOnceMoreFindsNothingOfTheOtherTest() {
			pushIsThereForAReadInTheTest();
			assertThat(this.customers.count()).isEqualTo(1);
		}

		@Test
		void pushThatIsNeverReadIsForgotten() {
			this.orders.pushAll(ORDERS);
			this.customers.save(new Customer("Grace"));
		}

		@Test
		void archiveAndAccumulatorAreRolledBackToo() {
			this.structures.archive("kept", Order.class).addLayer(new Layer<>(7, ORDERS));
			accumulator().extend(ORDERS);
			assertThat(this.structures.archive("kept", Order.class).size()).isEqualTo(7);
			assertThat(accumulator()).containsExactlyElementsOf(ORDERS);
			assertThat(accumulator().consume(3)).isEqualTo(ORDERS.subList(0, 3));
			this.orders.push(ORDERS.get(0));
		}

	}

	/**
	 * The whole application on H2.
	 */
	@Nested
	@SpringBootTest(classes = Application.class)
	class OnH2 extends Tests {

		@DynamicPropertySource
		static void database(DynamicPropertyRegistry registry) {
			useDatabase(TestDatabase.H2, registry);
		}

	}

	/**
	 * The whole application on PostgreSQL.
	 */
	@Nested
	@SpringBootTest(classes = Application.class)
	class OnPostgresql extends Tests {

		@DynamicPropertySource
		static void database(DynamicPropertyRegistry registry) {
			useDatabase(TestDatabase.POSTGRESQL, registry);
		}

	}

	/**
	 * The slice of it that has to do with JPA, on the PostgreSQL that is configured.
	 */
	@Nested
	@DataJpaTest
	@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
	@ContextConfiguration(classes = Application.class)
	class SliceOnPostgresql extends Tests {

		@DynamicPropertySource
		static void database(DynamicPropertyRegistry registry) {
			useDatabase(TestDatabase.POSTGRESQL, registry);
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Order.class)
	static class Application {

	}

}
