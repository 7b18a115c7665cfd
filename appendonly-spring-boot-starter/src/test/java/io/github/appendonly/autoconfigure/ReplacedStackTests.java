package io.github.appendonly.autoconfigure;

import java.util.List;
import java.util.Map;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.History;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.memory.InMemoryArchive;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;

/**
 * Tests of users that put something else in the place of a stack.
 */
class ReplacedStackTests {

	private static final String TYPE = "appendonly.stacks.recent-orders.type="
			+ "io.github.appendonly.autoconfigure.app.Order";

	private static final String ARCHIVE = "appendonly.stacks.recent-orders.archive=true";

	/**
	 * What is tested.
	 */
	static final class Desk {

		private final AppendStack<Order> recentOrders;

		private final History<Order> recentOrdersHistory;

		Desk(AppendStack<Order> recentOrders, History<Order> recentOrdersHistory) {
			this.recentOrders = recentOrders;
			this.recentOrdersHistory = recentOrdersHistory;
		}

		void place(Order order) {
			this.recentOrders.push(order);
		}

		long placed() {
			return this.recentOrdersHistory.size();
		}

	}

	@Test
	void deskWorksOnTheHeap() {
		AppendStack<Order> stack = new InMemoryAppendStack<>();
		Desk desk = new Desk(stack, new History<>(stack, new InMemoryArchive<>()));
		desk.place(new Order("1"));
		assertThat(desk.placed()).isEqualTo(1);
	}

	/**
	 * A mock in its place.
	 */
	@Nested
	@SpringBootTest(classes = EmptyApplication.class,
			properties = { TYPE, ARCHIVE, "spring.flyway.enabled=false", "spring.datasource.generate-unique-name=true",
					"appendonly.inbox.check-interval=0" })
	@Import(Desk.class)
	class ByAMock {

		@MockitoBean
		@SuppressWarnings("NullAway.Init") // injected
		private AppendStack<Order> recentOrders;

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private Map<String, AppendStack<?>> stacks;

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private Desk desk;

		@Test
		void mockIsTheOnlyStack() {
			assertThat(this.stacks).containsOnly(Map.entry("recentOrders", this.recentOrders));
		}

		@Test
		void deskTalksToTheMock() {
			given(this.recentOrders.size()).willReturn(7L);
			this.desk.place(new Order("1"));
			then(this.recentOrders).should().push(new Order("1"));
			assertThat(this.recentOrders.size()).isEqualTo(7);
			assertThat(this.desk.placed()).isZero();
		}

	}

	/**
	 * A stack on the heap in its place.
	 */
	@Nested
	@SpringBootTest(classes = EmptyApplication.class,
			properties = { TYPE, ARCHIVE, "spring.flyway.enabled=false", "spring.datasource.generate-unique-name=true",
					"appendonly.inbox.check-interval=0" })
	@Import(Desk.class)
	class ByAStackOnTheHeap {

		private static final AppendStack<Order> STACK = new InMemoryAppendStack<>();

		private static final Archive<Order> ARCHIVED = new InMemoryArchive<>();

		@TestBean
		@SuppressWarnings("NullAway.Init") // injected
		private AppendStack<Order> recentOrders;

		@TestBean
		@SuppressWarnings("NullAway.Init") // injected
		private History<Order> recentOrdersHistory;

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private Desk desk;

		@Autowired
		@SuppressWarnings("NullAway.Init") // injected
		private AppendOnlyStructures structures;

		static AppendStack<Order> recentOrders() {
			return STACK;
		}

		static History<Order> recentOrdersHistory() {
			return new History<>(STACK, ARCHIVED);
		}

		@Test
		void deskWorksWithoutTheDatabase() {
			this.desk.place(new Order("1"));
			assertThat(this.desk.placed()).isEqualTo(1);
			assertThat(this.recentOrders).isSameAs(STACK);
			assertThat(this.recentOrdersHistory.newest(2)).extracting("item").isEqualTo(List.of(new Order("1")));
			assertThat(this.structures.status("recent-orders").layers()).isEmpty();
		}

	}

}
