package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.StartAt;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.subscriber.AppendStackListener;
import io.github.appendonly.subscriber.SubscriberDefinition.OnFailure;
import io.github.appendonly.subscriber.SubscriberStatus;
import io.github.appendonly.subscriber.Subscribers;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

/**
 * An application with listeners, and how they are seen and changed over HTTP. Its pool
 * has one connection, so nothing needs a second one.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ListenerApplicationTests {

	private static final Duration LIMIT = Duration.ofMinutes(1);

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static ConfigurableApplicationContext application;

	/** Has JUnit hand the argument to {@link #start(TestDatabase)} too. */
	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	TestDatabase database;

	private final ConfigurableApplicationContext context = application;

	private final Subscribers subscribers = this.context.getBean(Subscribers.class);

	private final JdbcClient jdbc = this.context.getBean(JdbcClient.class);

	private final Shop shop = AopTestUtils.getUltimateTargetObject(this.context.getBean(Shop.class));

	private final RestClient client = RestClient.builder()
		.baseUrl("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + "/actuator")
		.defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {
		})
		.build();

	@BeforeParameterizedClassInvocation
	static void start(TestDatabase database) {
		application = new SpringApplicationBuilder(EmptyApplication.class, Shop.class, Notes.class)
			.web(WebApplicationType.SERVLET)
			.properties(database.create().properties())
			.properties("server.port=0", "appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "appendonly.stacks.orders.type=java.lang.String",
					"appendonly.stacks.mails.type=java.lang.String",
					"management.endpoints.web.exposure.include=appendonly,health",
					"management.endpoint.health.show-details=always", "spring.web.error.include-message=always",
					"spring.datasource.hikari.maximum-pool-size=1", "spring.main.lazy-initialization=true",
					"appendonly.subscribers.check-interval=100ms")
			.run();
		application.getBean(JdbcClient.class).sql("create table shipped (item varchar(20) not null)").update();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	@BeforeEach
	void startAnew() {
		this.shop.broken.clear();
		this.jdbc.sql("delete from shipped").update();
		for (String id : List.of("warehouse", "mailer")) {
			this.subscribers.moveTo(id, StartAt.newest());
			this.subscribers.resume(id);
			this.subscribers.awaitCaughtUp(id, LIMIT);
		}
	}

	@SuppressWarnings("unchecked")
	private AppendStack<String> stack(String name) {
		return (AppendStack<String>) this.context.getBean(name);
	}

	private List<String> shipped() {
		return this.jdbc.sql("select item from shipped").query(String.class).list();
	}

	private String newest(String stack) {
		return stack(stack).newest().orElseThrow().position().toString();
	}

	@Test
	void listenerHandlesWhatCommitsAndNothingElse() {
		TransactionTemplate transaction = new TransactionTemplate(
				this.context.getBean(PlatformTransactionManager.class));
		transaction.executeWithoutResult((status) -> stack("orders").push("1"));
		transaction.executeWithoutResult((status) -> {
			stack("orders").push("lost");
			status.setRollbackOnly();
		});
		stack("orders").pushAll(List.of("2", "3"));
		this.subscribers.awaitCaughtUp("warehouse", LIMIT);
		assertThat(shipped()).containsExactly("1", "2", "3");
	}

	@Test
	void listenerThatStopsIsSeenEverywhereAndGoesOnWhenItsEntryIsSkipped() {
		this.shop.broken.add("2");
		stack("orders").pushAll(List.of("1", "2", "3"));
		Map<String, Object> stopped = awaitState("warehouse", "stopped");
		String second = stack("orders").newest(2).get(1).position().toString();
		assertThat(stopped).containsEntry("stack", "orders")
			.containsEntry("failed", second)
			.containsEntry("attempts", 2)
			.containsEntry("lag", 2)
			.hasEntrySatisfying("cause", (cause) -> assertThat(cause).asString().contains("No lorry for 2"))
			.hasEntrySatisfying("behindFor", (time) -> assertThat(time).asString().startsWith("PT"));
		assertThat(health()).containsEntry("status", "DEGRADED");
		assertThat(health().get("details")).asInstanceOf(MAP)
			.extractingByKey("stopped")
			.asInstanceOf(MAP)
			.extractingByKey("warehouse")
			.asString()
			.contains("stack 'orders' at " + second, "No lorry for 2");
		assertThat(get("/health")).containsEntry("status", "UP");
		assertThat(shipped()).containsExactly("1");

		assertThat(change("warehouse", Map.of("action", "skip")).getBody()).containsEntry("skipped", 1)
			.containsEntry("lastSkipped", second)
			.containsEntry("state", "running");
		this.subscribers.awaitCaughtUp("warehouse", LIMIT);
		assertThat(shipped()).containsExactly("1", "3");
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
	}

	@Test
	void listenerIsPausedMovedAndResumed() {
		stack("orders").push("1");
		this.subscribers.awaitCaughtUp("warehouse", LIMIT);
		String first = newest("orders");
		assertThat(change("warehouse", Map.of("action", "pause")).getBody()).containsEntry("state", "paused")
			.containsEntry("cursor", first);
		stack("orders").push("2");
		assertThat(health()).containsEntry("status", "UP");
		assertThat(health().get("details")).asInstanceOf(MAP).containsOnlyKeys("paused");
		assertThat(change("warehouse", Map.of("action", "move", "to", newest("orders"))).getBody())
			.containsEntry("lag", 0)
			.containsEntry("behindFor", null);
		stack("orders").push("3");
		assertThat(change("warehouse", Map.of("action", "resume")).getBody()).containsEntry("state", "running");
		this.subscribers.awaitCaughtUp("warehouse", LIMIT);
		assertThat(shipped()).containsExactly("1", "3");
	}

	@Test
	void parkedEntriesAreReplayed() {
		this.shop.broken.add("1");
		stack("mails").pushAll(List.of("1", "2"));
		this.subscribers.awaitCaughtUp("mailer", LIMIT);
		assertThat(this.shop.sent).endsWith("2").doesNotContain("1");
		assertThat(get("/appendonly/subscribers/mailer")).containsEntry("parked", 1);
		this.shop.broken.clear();
		change("mailer", Map.of("action", "replay"));
		awaitParked("mailer", 0);
		assertThat(this.shop.sent).endsWith("2", "1");
	}

	@Test
	void listOfStructuresHasTheSubscribers() {
		assertThat(get("/appendonly").get("subscribers")).asInstanceOf(LIST)
			.extracting("id")
			.containsExactly("mailer", "notebook", "warehouse");
	}

	@Test
	void listenerFollowsAStackThatIsABeanOfTheApplication() {
		stack("notebook").pushAll(List.of("1", "2"));
		this.subscribers.awaitCaughtUp("notebook", LIMIT);
		assertThat(this.shop.noted).containsExactly("1", "2");
	}

	@Test
	void orphanIsShownAndRemoved() {
		this.jdbc
			.sql("""
					insert into appendonly_subscriber (stack, id, state, cursor_position, moved_at, seen_at, attempts, batch_limit,
						skipped, parked, parked_cursor, replays, token)
					values ('orders', 'gone', 'STOPPED', 'start', timestamp '2020-01-01 00:00:00', timestamp '2020-01-01 00:00:00',
						0, 0, 0, 0, 'start', 0, 0)""")
			.update();
		assertThat(get("/appendonly/subscribers/gone")).containsEntry("state", "orphaned");
		assertThat(health()).containsEntry("status", "UP");
		assertThat(delete("gone").getStatusCode().value()).isEqualTo(204);
		assertThat(send(HttpMethod.GET, "gone", null).getStatusCode().value()).isEqualTo(404);
	}

	@Test
	void whatCannotBeDoneIsABadRequestWithAReason() {
		assertThat(refused(change("warehouse", Map.of("action", "skip")))).contains("no entry to skip");
		assertThat(refused(change("warehouse", Map.of("action", "move")))).contains("\"to\" is missing");
		assertThat(refused(change("warehouse", Map.of("action", "move", "to", "yesterday")))).contains("yesterday");
		assertThat(refused(change("nobody", Map.of("action", "pause")))).contains("no subscriber 'nobody'");
		assertThat(refused(delete("warehouse"))).contains("cannot be removed");
		assertThat(refused(delete("nobody"))).contains("no subscriber 'nobody'");
	}

	@Test
	void metersShowWhatListenersDo() {
		MeterRegistry meters = this.context.getBean(MeterRegistry.class);
		double handled = counter("appendonly.subscriber.handled");
		double failures = counter("appendonly.subscriber.failures");
		stack("orders").push("1");
		this.subscribers.awaitCaughtUp("warehouse", LIMIT);
		assertThat(counter("appendonly.subscriber.handled")).isEqualTo(handled + 1);
		this.shop.broken.add("2");
		stack("orders").push("2");
		awaitState("warehouse", "stopped");
		assertThat(counter("appendonly.subscriber.failures")).isEqualTo(failures + 2);
		assertThat(meters.get("appendonly.subscribers").tag("state", "orphaned").gauge().value()).isZero();
		assertThat(meters.get("appendonly.subscriber.lag").tag("subscriber", "warehouse").gauges()).hasSize(1);
		assertThat(meters.get("appendonly.subscriber").tags("subscriber", "warehouse", "stack", "orders").timers())
			.isNotEmpty();
	}

	@Test
	void callIsInItsObservation() {
		stack("orders").push("1");
		this.subscribers.awaitCaughtUp("warehouse", LIMIT);
		Observation observation = Objects.requireNonNull(this.shop.observed);
		assertThat(observation.getContext().getName()).isEqualTo("appendonly.subscriber");
		assertThat(observation.getContext().getLowCardinalityKeyValues())
			.contains(KeyValue.of("subscriber", "warehouse"));
	}

	private double counter(String name) {
		return this.context.getBean(MeterRegistry.class)
			.find(name)
			.tags("subscriber", "warehouse", "stack", "orders")
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	private Map<String, Object> awaitState(String id, String state) {
		Map<String, Object> shown = get("/appendonly/subscribers/" + id);
		while (!state.equals(shown.get("state"))) {
			Thread.onSpinWait();
			shown = get("/appendonly/subscribers/" + id);
		}
		return shown;
	}

	private void awaitParked(String id, long parked) {
		while (this.subscribers.status(id).map(SubscriberStatus::parked).orElseThrow() != parked) {
			Thread.onSpinWait();
		}
	}

	private Map<String, Object> get(String path) {
		return Objects.requireNonNull(this.client.get().uri(path).retrieve().body(new Json()));
	}

	private ResponseEntity<Map<String, Object>> change(String id, Map<String, String> body) {
		return send(HttpMethod.POST, id, body);
	}

	private ResponseEntity<Map<String, Object>> delete(String id) {
		return send(HttpMethod.DELETE, id, null);
	}

	private ResponseEntity<Map<String, Object>> send(HttpMethod method, String id, @Nullable Map<String, String> body) {
		RestClient.RequestBodySpec request = this.client.method(method).uri("/appendonly/subscribers/{id}", id);
		if (body != null) {
			request.contentType(MediaType.APPLICATION_JSON).body(body);
		}
		return request.retrieve().toEntity(new Json());
	}

	private static String refused(ResponseEntity<Map<String, Object>> answer) {
		assertThat(answer.getStatusCode().value()).isEqualTo(400);
		return String.valueOf(answer.getBody());
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> health() {
		return (Map<String, Object>) Objects
			.requireNonNull(((Map<String, Object>) Objects.requireNonNull(get("/health").get("components")))
				.get("appendonlySubscribers"));
	}

	/**
	 * Ships orders, in a transaction, and sends mails, in none.
	 */
	static class Shop {

		final Set<String> broken = ConcurrentHashMap.newKeySet();

		final List<String> sent = new CopyOnWriteArrayList<>();

		final List<String> noted = new CopyOnWriteArrayList<>();

		volatile @Nullable Observation observed;

		private final JdbcClient jdbc;

		private final ObservationRegistry observations;

		Shop(JdbcClient jdbc, ObservationRegistry observations) {
			this.jdbc = jdbc;
			this.observations = observations;
		}

		@AppendStackListener(stack = "orders", id = "warehouse", maxAttempts = 2, backOff = "1ms", maxBackOff = "1ms")
		@Transactional
		public void ship(Entry<String> order) {
			this.observed = this.observations.getCurrentObservation();
			this.jdbc.sql("insert into shipped (item) values (?)").param(order.item()).update();
			fail(order.item());
		}

		@AppendStackListener(stack = "mails", id = "mailer", transactional = false, maxAttempts = 1,
				onFailure = OnFailure.PARK)
		public void send(String mail) {
			fail(mail);
			this.sent.add(mail);
		}

		@AppendStackListener(stack = "notes", id = "notebook")
		public void note(List<String> notes) {
			this.noted.addAll(notes);
		}

		private void fail(String item) {
			if (this.broken.contains(item)) {
				throw new IllegalStateException("No lorry for " + item);
			}
		}

	}

	static class Notes {

		@Bean
		AppendStack<String> notebook(AppendOnlyStructures structures) {
			return structures.stack("notes", String.class);
		}

	}

	private static final class Json extends ParameterizedTypeReference<Map<String, Object>> {

	}

}
