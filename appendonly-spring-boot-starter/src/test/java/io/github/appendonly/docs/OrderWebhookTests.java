package io.github.appendonly.docs;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.UserApplication;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.subscriber.Subscribers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The webhook of the reference goes on when the node that sends is stopped.
 */
class OrderWebhookTests {

	private static final int ORDERS = 40;

	private final List<String> received = new CopyOnWriteArrayList<>();

	private final CountDownLatch half = new CountDownLatch(ORDERS / 2);

	private final HttpServer server = server();

	private HttpServer server() {
		try {
			HttpServer created = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			created.createContext("/", this::receive);
			return created;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Refuses the tenth request, after it has counted it.
	 */
	private void receive(HttpExchange exchange) throws IOException {
		exchange.getRequestBody().readAllBytes();
		this.received.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
		this.half.countDown();
		exchange.sendResponseHeaders((this.received.size() == 10) ? 503 : 204, -1);
		exchange.close();
	}

	@BeforeEach
	void startServer() {
		this.server.start();
	}

	@AfterEach
	void stopServer() {
		this.server.stop(0);
	}

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void eachOrderIsSentInOrderThoughTheNodeThatSendsIsStopped(TestDatabase database) throws InterruptedException {
		TestDatabase.Url url = database.create();
		try (ConfigurableApplicationContext first = node(url)) {
			orders(first).pushAll(
					IntStream.range(0, ORDERS).mapToObj((number) -> new Order("" + number, BigDecimal.ONE)).toList());
			try (ConfigurableApplicationContext second = node(url)) {
				this.half.await();
				first.stop();
				second.getBean(Subscribers.class).awaitCaughtUp("webhook", Duration.ofMinutes(2));
			}
		}
		List<String> positions = IntStream.range(0, ORDERS).mapToObj((index) -> "0-" + index).toList();
		assertThat(this.received.stream().distinct()).containsExactlyElementsOf(positions);
		assertThat(this.received).hasSizeGreaterThan(ORDERS);
	}

	private ConfigurableApplicationContext node(TestDatabase.Url url) {
		return UserApplication.start(Application.class, url,
				"appendonly.stacks.recent-orders.type=" + Order.class.getName(), "spring.jpa.hibernate.ddl-auto=update",
				"shop.webhook=http://localhost:" + this.server.getAddress().getPort() + "/orders");
	}

	@SuppressWarnings("unchecked")
	private static AppendStack<Order> orders(ConfigurableApplicationContext context) {
		return (AppendStack<Order>) context.getBean("recentOrders");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(OrderWebhook.class)
	static class Application {

	}

}
