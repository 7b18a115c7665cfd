package io.github.appendonly.actuate.recording;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.web.exchanges.HttpExchange;
import org.springframework.boot.actuate.web.exchanges.HttpExchangeRepository;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;

/**
 * Audit events and HTTP exchanges of applications that share a database, with one
 * connection in the pool of each, and a mapper that is unlike most.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
@ParameterizedClass
@EnumSource(TestDatabase.class)
class RecordingRepositoriesTests {

	private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456789Z");

	/** Those that run. Tests share them, unless they close them. */
	private static final List<ConfigurableApplicationContext> nodes = new ArrayList<>();

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static TestDatabase.Url url;

	/** Has JUnit hand the argument to {@link #create(TestDatabase)} too. */
	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	TestDatabase database;

	private final ConfigurableApplicationContext node = node(0);

	@BeforeParameterizedClassInvocation
	static void create(TestDatabase database) {
		url = database.create();
	}

	private static ConfigurableApplicationContext node(int number) {
		while (nodes.size() <= number) {
			nodes.add(start());
		}
		return nodes.get(number);
	}

	private static ConfigurableApplicationContext second() {
		return node(1);
	}

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(EmptyApplication.class).web(WebApplicationType.SERVLET)
			.properties(url.properties())
			.properties("server.port=0", "appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "appendonly.audit-events.enabled=true",
					"appendonly.audit-events.max-layers=2", "appendonly.audit-events.max-length=3",
					"appendonly.http-exchanges.enabled=true", "management.endpoints.web.exposure.include=*",
					"management.httpexchanges.recording.include=principal,remote-address,session-id,time-taken,"
							+ "request-headers,response-headers",
					"spring.datasource.hikari.maximum-pool-size=1", "spring.datasource.hikari.connection-timeout=20000",
					"spring.jackson.property-naming-strategy=UPPER_SNAKE_CASE",
					"spring.jackson.default-property-inclusion=non_default")
			.run();
	}

	/**
	 * Leaves nothing to the next test.
	 */
	@AfterEach
	void drop() {
		AppendOnlyStructures structures = node(0).getBean(AppendOnlyStructures.class);
		structures.drop("appendonly-audit-events");
		structures.drop("appendonly-http-exchanges");
	}

	@AfterParameterizedClassInvocation
	static void close() {
		nodes.forEach(ConfigurableApplicationContext::close);
		nodes.clear();
	}

	private AuditEventRepository events() {
		return this.node.getBean(AuditEventRepository.class);
	}

	private TransactionTemplate transaction() {
		return new TransactionTemplate(this.node.getBean(PlatformTransactionManager.class));
	}

	private static AuditEvent event(int minute, String principal, String type) {
		return new AuditEvent(NOON.plus(Duration.ofMinutes(minute)), principal, type, Map.of("minute", minute));
	}

	private List<@Nullable Object> found(@Nullable String principal, @Nullable Instant after, @Nullable String type) {
		return minutes(events().find(principal, after, type));
	}

	private static List<@Nullable Object> minutes(List<AuditEvent> events) {
		return events.stream().<@Nullable Object>map((event) -> event.getData().get("minute")).toList();
	}

	@Test
	void eventsAreFoundByEachCriterionOldestFirst() {
		events().add(event(0, "ann", "in"));
		events().add(event(1, "bob", "in"));
		events().add(event(2, "ann", "out"));
		events().add(event(3, "ann", "in"));
		assertThat(found(null, null, null)).containsExactly(0, 1, 2, 3);
		assertThat(found("ann", null, null)).containsExactly(0, 2, 3);
		assertThat(found(null, null, "in")).containsExactly(0, 1, 3);
		assertThat(found(null, NOON.plus(1, ChronoUnit.MINUTES), null)).containsExactly(2, 3);
		assertThat(found("ann", NOON, "in")).containsExactly(3);
		assertThat(found("eve", null, null)).isEmpty();
		AuditEvent first = events().find("bob", null, null).get(0);
		assertThat(first.getTimestamp()).isEqualTo(NOON.plus(Duration.ofMinutes(1)));
		assertThat(first.getType()).isEqualTo("in");
	}

	@Test
	void prunedEventsAreInTheArchive() {
		IntStream.range(0, 10).forEach((minute) -> events().add(event(minute, "ann", "in")));
		assertThat(found(null, null, null)).containsExactly(6, 7, 8, 9);
		assertThat(this.node.getBean(AppendOnlyStructures.class).history("appendonly-audit-events", JsonNode.class))
			.extracting((entry) -> entry.item().path("data").path("minute").intValue())
			.containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
	}

	@Test
	void allNodesFindWhatAnyHasAdded() {
		ConfigurableApplicationContext second = second();
		events().add(event(0, "ann", "in"));
		assertThat(found(null, null, null)).containsExactly(0);
		second.getBean(AuditEventRepository.class).add(event(1, "ann", "in"));
		assertThat(minutes(second.getBean(AuditEventRepository.class).find(null, null, null))).containsExactly(0, 1);
		assertThat(found(null, null, null)).containsExactly(0, 1);
	}

	@Test
	void eventOfATransactionThatRollsBackIsKeptAndNeedsNoSecondConnection() {
		transaction().executeWithoutResult((status) -> {
			assertThat(this.node.getBean(JdbcClient.class).sql("select 1").query(Integer.class).single()).isEqualTo(1);
			this.node.publishEvent(new AuditApplicationEvent(event(0, "ann", "in")));
			assertThat(found(null, null, null)).isEmpty();
			status.setRollbackOnly();
		});
		await().untilAsserted(() -> assertThat(found(null, null, null)).containsExactly(0));
	}

	@Test
	void eventsAreWrittenBeforeTheEndAndNoThreadIsLeft() {
		ConfigurableApplicationContext second = second();
		transaction().executeWithoutResult((status) -> {
			AuditEventRepository repository = second.getBean(AuditEventRepository.class);
			IntStream.range(0, 3).forEach((minute) -> repository.add(event(minute, "ann", "in")));
			second.close();
		});
		assertThat(found(null, null, null)).containsExactly(0, 1, 2);
		close();
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.doesNotContain("appendonly-audit-events", "appendonly-HTTP-exchanges");
	}

	@Test
	void dataComesBackAsJsonAndWhatCannotBeWrittenAsText() {
		Map<String, Object> data = new LinkedHashMap<>();
		Map<String, Object> itself = new HashMap<>();
		itself.put("self", itself);
		data.put("text", "a\u0000\uD800 ü");
		data.put("number", 7);
		data.put("amount", new BigDecimal("12.50"));
		data.put("at", NOON);
		data.put("list", List.of("a", Map.of("b", true)));
		data.put("details", new Details("here", "12"));
		data.put("mute", new Mute());
		data.put("failing", new Failing());
		data.put("itself", itself);
		data.put("huge", "x".repeat(1_000_000));
		data.put("rest", List.of(1, 2));
		AuditEvent event = new AuditEvent(NOON, "ann", "in", data);
		events().add(event);
		itself.clear();
		Map<String, Object> back = events().find(null, null, null).get(0).getData();
		assertThat(back).containsEntry("text", "a\u0000\uD800 ü")
			.containsEntry("number", 7)
			.containsEntry("amount", 12.5)
			.containsEntry("at", NOON.toString())
			.containsEntry("list", List.of("a", Map.of("b", true)))
			.containsEntry("details", Map.of("address", "here", "session", "12"))
			.containsEntry("mute", "nothing to say")
			.containsEntry("failing", Failing.class.getName())
			.containsKeys("itself", "huge", "rest");
		assertThat(back.get("huge")).asString().hasSizeBetween(50_000, 66_000).startsWith("xxx");
		assertThat(new AuditEvent(NOON, "ann", "in", data).getData()).hasSameSizeAs(back);
	}

	@Test
	void exchangeComesBackAsItWas() {
		HttpExchange exchange = new HttpExchange(NOON,
				new HttpExchange.Request(URI.create("http://localhost/a?b=%20c"), "10.0.0.1", "PATCH",
						Map.of("Accept", List.of("a/b", "c/d"))),
				new HttpExchange.Response(418, Map.of("X", List.of("y"))), new HttpExchange.Principal("ann"),
				new HttpExchange.Session("12"), Duration.ofNanos(1234567));
		HttpExchange bare = new StoredHttpExchange(NOON,
				new StoredHttpExchange.Request(URI.create("/"), null, "GET", Map.of()),
				new StoredHttpExchange.Response(0, Map.of()), null, null, null)
			.exchange();
		HttpExchangeRepository exchanges = this.node.getBean(HttpExchangeRepository.class);
		exchanges.add(exchange);
		exchanges.add(bare);
		List<HttpExchange> found = exchanges.findAll();
		assertThat(found).hasSize(2);
		assertThat(found.get(1)).usingRecursiveComparison().isEqualTo(exchange);
		assertThat(found.get(0)).usingRecursiveComparison().isEqualTo(bare);
	}

	@Test
	void endpointsShowWhatAllNodesHaveSeen() {
		ConfigurableApplicationContext second = second();
		this.node.publishEvent(new AuditApplicationEvent("ann", "in", "from=first"));
		second.publishEvent(new AuditApplicationEvent("bob", "in", "from=second"));
		second.getBean(AuditEventRepository.class).find(null, null, null);
		Map<String, Object> events = get(this.node, "/auditevents?principal=bob");
		assertThat(events.get("events")).asInstanceOf(LIST).hasSize(1).first().asString().contains("second");
		get(second, "/info");
		await().untilAsserted(() -> assertThat(get(this.node, "/httpexchanges").get("exchanges")).asInstanceOf(LIST)
			.extracting((exchange) -> ((Map<?, ?>) exchange).get("request"))
			.anySatisfy((request) -> assertThat(request).asInstanceOf(MAP).containsEntry("method", "GET"))
			.extracting(Object::toString)
			.anyMatch((request) -> request.contains("/auditevents"))
			.anyMatch((request) -> request.contains("/info")));
		MeterRegistry meters = this.node.getBean(MeterRegistry.class);
		assertThat(meters.get("appendonly.audit-events.dropped").functionCounter().count()).isZero();
		assertThat(meters.get("appendonly.http-exchanges.dropped").functionCounter().count()).isZero();
		// They may still be recording the last request
		close();
	}

	private static Map<String, Object> get(ConfigurableApplicationContext node, String path) {
		return Objects.requireNonNull(RestClient
			.create("http://localhost:" + node.getEnvironment().getProperty("local.server.port") + "/actuator")
			.get()
			.uri(path)
			.retrieve()
			.body(new Json()));
	}

	@Test
	void eventThatCannotBeReadIsLeftOutAndTheStackIsNotReadFurtherThanNeeded(CapturedOutput output) {
		events().add(event(0, "ann", "in"));
		events().add(event(1, "ann", "unreadable"));
		events().add(event(2, "ann", "in"));
		assertThat(found(null, null, null)).containsExactly(0, 1, 2);
		this.node.getBean(JdbcClient.class)
			.sql("update appendonly_slice set items = replace(items, '\"unreadable\"', '{}')")
			.update();
		assertThat(found(null, Instant.now().plus(1, ChronoUnit.HOURS), null)).isEmpty();
		assertThat(output).doesNotContain("left out because it cannot be read");
		assertThat(found(null, null, null)).containsExactly(0, 2);
		assertThat(output).containsOnlyOnce("One of the audit events at 0-1 is left out because it cannot be read");
	}

	private record Details(String address, String session) {
	}

	private static final class Mute {

		@Override
		public String toString() {
			return "nothing to say";
		}

	}

	private static final class Failing {

		@SuppressWarnings({ "unused", "DoNotCallSuggester", "EffectivelyPrivate" })
		public String getText() {
			throw new IllegalStateException();
		}

		@Override
		public String toString() {
			throw new IllegalStateException();
		}

	}

	private static final class Json extends ParameterizedTypeReference<Map<String, Object>> {

	}

}
