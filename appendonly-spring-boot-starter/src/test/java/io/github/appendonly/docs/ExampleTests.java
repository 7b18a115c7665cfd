package io.github.appendonly.docs;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Erasure;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.subscriber.Subscribers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

/**
 * The examples of the reference do what it says.
 */
@SpringBootTest(properties = { "appendonly.stacks.recent-orders.type=io.github.appendonly.docs.Order",
		"appendonly.stacks.recent-orders.archive=true", "appendonly.stacks.recent-orders.max-layers=2",
		"appendonly.stacks.recent-orders.max-length=10", "spring.flyway.enabled=false",
		"spring.datasource.generate-unique-name=true", "appendonly.inbox.check-interval=0" })
class ExampleTests {

	private static final int WRITERS = 4;

	private static final int EACH = 100;

	private static final Duration WAIT = Duration.ofMinutes(2);

	private final AppendStack<Order> recentOrders;

	private final Archive<Order> recentOrdersArchive;

	private final History<Order> recentOrdersHistory;

	private final AppendOnlyStructures structures;

	private final JdbcClient jdbc;

	@Autowired
	private Subscribers subscribers;

	@Autowired
	private ShippedOrders warehouse;

	@Autowired
	private OrderReceipts receipts;

	@Autowired
	private AppendStack<Order> paidOrders;

	@Autowired
	private ArchiveRetention retention;

	@Autowired
	private OrderPrivacy privacy;

	@Autowired
	private StackImport stackImport;

	@Autowired
	ExampleTests(AppendStack<Order> recentOrders, Archive<Order> recentOrdersArchive,
			History<Order> recentOrdersHistory, AppendOnlyStructures structures, JdbcClient jdbc) {
		this.recentOrders = recentOrders;
		this.recentOrdersArchive = recentOrdersArchive;
		this.recentOrdersHistory = recentOrdersHistory;
		this.structures = structures;
		this.jdbc = jdbc;
	}

	@BeforeEach
	void startAnew() {
		this.structures.drop("recent-orders");
		this.warehouse.shipped.clear();
		Stream
			.of("create table if not exists turnover (generation bigint primary key, total numeric(10, 2) not null)",
					"delete from turnover")
			.forEach((statement) -> this.jdbc.sql(statement).update());
	}

	@Test
	void ordersOfACustomerAreErased() {
		this.recentOrders.pushAll(orders(0, 20));
		Order second = orders(1, 2).get(0);
		Position position = this.recentOrdersHistory.fromOldest(2).cursor();
		assertThat(this.privacy.hideTotal(position)).isTrue();
		assertThat(this.recentOrdersHistory.get(position)).contains(new Order(second.number(), BigDecimal.ZERO));
		assertThat(this.privacy.forget(second.number(), Erasure.below(position)).erased()).isZero();
		assertThat(this.privacy.forget(second.number())).isPositive();
		assertThat(this.recentOrdersHistory.get(position)).isEmpty();
		assertThat(this.recentOrdersHistory.size()).isEqualTo(20);
	}

	private static Order order(int number) {
		return new Order("" + number, BigDecimal.ONE);
	}

	private static List<Order> orders(int from, int to) {
		return IntStream.range(from, to).mapToObj(ExampleTests::order).toList();
	}

	private List<Order> allOrders() {
		List<Order> orders = new ArrayList<>(this.recentOrdersHistory.stream().map(Entry::item).toList());
		Collections.reverse(orders);
		return orders;
	}

	@Test
	void eachOrderIsShippedOnceAndInOrderWhileOthersPush() {
		List<CompletableFuture<Void>> writers = IntStream.range(0, WRITERS)
			.mapToObj((writer) -> CompletableFuture
				.runAsync(() -> orders(writer * EACH, (writer + 1) * EACH).forEach(this.recentOrders::push)))
			.toList();
		writers.forEach(CompletableFuture::join);
		this.subscribers.awaitCaughtUp("warehouse", WAIT);
		assertThat(this.warehouse.shipped).hasSize(WRITERS * EACH).isEqualTo(allOrders());
	}

	@Test
	void whatHasFailedIsTriedAgain() {
		this.warehouse.failing.set(true);
		this.recentOrders.pushAll(orders(0, 250));
		this.subscribers.awaitCaughtUp("warehouse", WAIT);
		assertThat(this.warehouse.failing).isFalse();
		assertThat(this.warehouse.shipped).isEqualTo(orders(0, 250));
	}

	@Test
	void screenShowsNewOrders() {
		this.recentOrders.pushAll(orders(0, 5));
		OrderScreen screen = new OrderScreen(this.recentOrders);
		this.recentOrders.pushAll(orders(5, 8));
		await().untilAsserted(() -> assertThat(screen.shown()).containsExactlyElementsOf(orders(5, 8)));
		screen.close();
	}

	@Test
	void teamsGetTheirMails() throws Exception {
		List<String> sent = new CopyOnWriteArrayList<>();
		TeamMails mails = new TeamMails(this.subscribers,
				(team, notification) -> sent.add(team + ": " + notification.text()));
		try (Subscribers.Registration registration = mails.start("blue")) {
			this.structures.stack("feed-blue", Notification.class).push(new Notification("hello"));
			this.subscribers.awaitCaughtUp("mails-blue", WAIT);
			assertThat(registration).isNotNull();
		}
		assertThat(sent).containsExactly("blue: hello");
	}

	@Test
	void receiptHasThePositionOfTheOrder() {
		Position first = this.receipts.place(order(1));
		Position second = this.receipts.announce(order(2)).join();
		assertThat(this.recentOrders.get(first)).contains(order(1));
		assertThat(this.recentOrders.get(second)).contains(order(2));
		assertThat(second.isAfter(first)).isTrue();
	}

	@Test
	void turnoverHasThePrunedLayers() {
		this.paidOrders.pushAll(orders(0, 35));
		List<BigDecimal> totals = this.jdbc.sql("select total from turnover order by generation")
			.query(BigDecimal.class)
			.list();
		assertThat(totals).containsExactly(new BigDecimal("10.00"), new BigDecimal("10.00"));
		this.structures.drop("paid-orders");
	}

	@Test
	void retentionKeepsTheRest() {
		this.recentOrders.pushAll(orders(0, 65));
		assertThat(this.recentOrdersArchive.layerCount()).isEqualTo(5);
		this.subscribers.awaitCaughtUp("warehouse", WAIT);
		this.retention.expireOldOrders();
		assertThat(this.recentOrdersArchive.layerCount()).isEqualTo(5);
		this.jdbc.sql("update appendonly_archived_layer set archived_at = ? where generation < 4")
			.param(OffsetDateTime.now(ZoneOffset.UTC).minusDays(91))
			.update();
		this.retention.expireOldOrders();
		assertThat(allOrders()).isEqualTo(orders(40, 65));
		assertThat(this.recentOrdersHistory.since(new Position(1, 5), 100).expired()).isTrue();
		assertThat(this.recentOrdersHistory.since(new Position(3, 9), 100).expired()).isFalse();
		assertThat(this.recentOrdersHistory.since(new Position(3, 5), 100).expired()).isTrue();
		assertThat(this.recentOrdersArchive.size()).isEqualTo(10);
		this.recentOrders.pushAll(orders(65, 85));
		assertThat(allOrders()).isEqualTo(orders(40, 85));
		Changes<Order> rest = this.recentOrdersHistory.since(new Position(4, 9), 100);
		assertThat(rest.entries()).hasSize(35);
	}

	@Test
	void loginsAreKeptForNinetyDays() {
		new LoginAudit(this.structures).logins("acme").push("Ada");
		assertThat(this.jdbc.sql("select retention from appendonly_stack where name = 'logins-acme'")
			.query(Long.class)
			.single()).isEqualTo(Duration.ofDays(90).toSeconds());
		this.structures.drop("logins-acme");
	}

	@Test
	void uncertainPushIsRepeatedOnceItIsCertainThatItIsNotStored() {
		Order order = new Order("uncertain", BigDecimal.ONE);
		AppendStack<Order> broken = mock();
		willThrow(new UncertainCommitException("broken", new IllegalStateException(), true)).willDoNothing()
			.given(broken)
			.push(order);
		given(broken.stream()).willReturn(Stream.empty());
		new OrderRetry(broken, this.structures).push(order);
		then(broken).should(times(2)).push(order);
		given(broken.stream()).willReturn(Stream.of(new Entry<>(new Position(0, 0), order)));
		willThrow(new UncertainCommitException("broken", new IllegalStateException(), true)).given(broken).push(order);
		new OrderRetry(broken, this.structures).push(order);
		then(broken).should(times(3)).push(order);
	}

	@Test
	void importGoesOnWhereItWasInterrupted() {
		this.recentOrders.pushAll(orders(0, 20));
		this.stackImport.load(orders(0, 45).stream());
		this.stackImport.load(orders(0, 45).stream());
		assertThat(allOrders()).isEqualTo(orders(0, 45));
		assertThat(this.recentOrdersHistory.get(new Position(1, 3))).contains(order(13));
	}

	/**
	 * Fails once when told to.
	 */
	static final class ShippedOrders implements Warehouse {

		private final List<Order> shipped = Collections.synchronizedList(new ArrayList<>());

		private final AtomicBoolean failing = new AtomicBoolean();

		@Override
		public void ship(Order order) {
			if (this.failing.getAndSet(false)) {
				throw new IllegalStateException("No lorry");
			}
			this.shipped.add(order);
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ OrderShipping.class, OrderReceipts.class, OrderPages.class, TurnoverConfiguration.class,
			ArchiveRetention.class, OrderPrivacy.class, StackImport.class })
	static class Application {

		@Bean
		ShippedOrders warehouse() {
			return new ShippedOrders();
		}

	}

}
