package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.StackBounds;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.StackStatus;
import io.github.appendonly.jpa.TestDatabase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterEach;
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
import org.springframework.http.HttpStatusCode;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

/**
 * The endpoint, the health and the meters of an application, as they are seen over HTTP.
 * Whatever looks at it has one connection in the pool, which open-in-view may hold.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class AppendOnlyEndpointTests {

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static ConfigurableApplicationContext application;

	/** Has JUnit hand the argument to {@link #start(TestDatabase)} too. */
	@Parameter
	@SuppressWarnings("NullAway.Init") // set after the constructor
	TestDatabase database;

	private final ConfigurableApplicationContext context = application;

	private final AppendOnlyStructures structures = this.context.getBean(AppendOnlyStructures.class);

	private final RestClient client = RestClient.builder()
		.baseUrl("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + "/actuator")
		.defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {
		})
		.build();

	@BeforeParameterizedClassInvocation
	static void start(TestDatabase database) {
		application = new SpringApplicationBuilder(EmptyApplication.class, Watched.class)
			.web(WebApplicationType.SERVLET)
			.properties(database.create().properties())
			.properties("server.port=0", "appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "appendonly.stacks.news.type=java.lang.String",
					"appendonly.stacks.news.max-layers=2", "appendonly.stacks.news.max-length=2",
					"appendonly.stacks.news.archive=true", "appendonly.stacks.unused.type=java.lang.String",
					"appendonly.group-commit.enabled=false",
					"management.endpoints.web.exposure.include=appendonly,health",
					"management.endpoint.health.show-details=always", "spring.datasource.hikari.maximum-pool-size=1",
					"spring.datasource.hikari.connection-timeout=5000")
			.run();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	/**
	 * Leaves nothing to the next test.
	 */
	@AfterEach
	void drop() {
		JdbcClient jdbc = this.context.getBean(JdbcClient.class);
		jdbc.sql("""
				select name from appendonly_stack union select stack from appendonly_slice
				union select name from appendonly_inbox union select archive from appendonly_archived_layer""")
			.query(String.class)
			.list()
			.forEach(this.structures::drop);
		jdbc.sql("select distinct name from appendonly_accumulator")
			.query(String.class)
			.list()
			.forEach(this.structures::dropAccumulator);
		this.context.getBean(Watched.class).pruned.clear();
	}

	private Map<String, Object> get(String path) {
		return Objects.requireNonNull(this.client.get().uri(path).retrieve().body(new Json()));
	}

	private Map<String, Object> post(String path) {
		return Objects.requireNonNull(this.client.post().uri(path).retrieve().body(new Json()));
	}

	private AppendStack<String> stack(String name, Consumer<StackSettings<String>> settings) {
		return this.structures.stack(name, String.class, settings);
	}

	@SuppressWarnings("unchecked")
	private AppendStack<String> news() {
		return (AppendStack<String>) this.context.getBean("news");
	}

	@SuppressWarnings("unchecked")
	private AppendStack<String> watched() {
		return (AppendStack<String>) this.context.getBean("watched");
	}

	/**
	 * Commits items that stay in the inbox, as group commit is off.
	 */
	private void leaveInInbox(AppendStack<String> stack, String... items) {
		new TransactionTemplate(this.context.getBean(PlatformTransactionManager.class))
			.executeWithoutResult((status) -> stack.pushAll(List.of(items)));
	}

	@Test
	void structuresArePagedByName() {
		for (String name : List.of("c", "a", "b")) {
			stack(name, (stack) -> {
			}).push("1");
		}
		this.structures.accumulator("mails", String.class).append("1");
		this.structures.accumulator("mails", String.class).append("2");
		news().pushAll(List.of("1", "2", "3", "4", "5"));
		Map<String, Object> all = get("/appendonly");
		assertThat(all).containsEntry("configured", List.of("news", "unused"))
			.containsEntry("archives", List.of("news"))
			.containsEntry("accumulators", List.of("mails"));
		assertThat(all.get("stacks")).asInstanceOf(LIST).extracting("name").containsExactly("a", "b", "c", "news");
		assertThat(all.get("stacks")).asInstanceOf(LIST)
			.contains(Map.of("name", "news", "maxLayers", 2, "maxLength", 2, "archived", true, "newest", "2-0",
					"oldest", "1-0"));
		Map<String, Object> page = get("/appendonly?limit=2&after=a");
		assertThat(page.get("stacks")).asInstanceOf(LIST).extracting("name").containsExactly("b", "c");
		assertThat(get("/appendonly?limit=0&after=b").get("stacks")).asInstanceOf(LIST).hasSize(1);
	}

	@Test
	void pageHasAThousandStacksAtMost() {
		JdbcClient jdbc = this.context.getBean(JdbcClient.class);
		for (int number = 0; number <= 1000; number++) {
			jdbc.sql(
					"""
							insert into appendonly_stack (name, max_layers, max_length, archived, has_pruner, generation, length,
								oldest_generation, pruned_length, version)
							values (?, 1, 1, false, false, 0, 0, 0, 0, 0)""")
				.param("stack-" + number)
				.update();
		}
		assertThat(get("/appendonly?limit=5000").get("stacks")).asInstanceOf(LIST).hasSize(1000);
		assertThat(get("/appendonly").get("stacks")).asInstanceOf(LIST).hasSize(100);
		jdbc.sql("delete from appendonly_stack").update();
	}

	@Test
	void stackOfManyLayersIsShownWithTheNewest() {
		stack("many", (stack) -> stack.bounds(200, 1)).pushAll(Numbered.items(0, 150));
		Map<String, Object> shown = get("/appendonly/many");
		assertThat(shown).containsEntry("layerCount", 150).containsEntry("size", 150).containsEntry("oldest", "0-0");
		assertThat(shown.get("layers")).asInstanceOf(LIST)
			.hasSize(100)
			.first()
			.isEqualTo(Map.of("generation", 149, "length", 1, "sealed", true));
	}

	@Test
	void conflictsAndTheAgeOfWhatWaitsAreShown() {
		Optional<Duration> age = Optional.of(Duration.ofSeconds(7));
		AppendOnlyEndpoint.StackDetails waiting = AppendOnlyEndpoint.StackDetails.of(status(3, 5), age, List.of(),
				null);
		assertThat(waiting.inbox()).isEqualTo(new AppendOnlyEndpoint.Inbox(3, "PT7S"));
		assertThat(waiting.conflicts()).isEqualTo(5);
		assertThat(AppendOnlyEndpoint.StackDetails.of(status(0, 0), age, List.of(), null).inbox())
			.isEqualTo(new AppendOnlyEndpoint.Inbox(0, null));
	}

	private static StackStatus status(long inbox, long conflicts) {
		return new StackStatus("news", StackBounds.DEFAULT, false, Optional.empty(), List.of(), inbox, 0, conflicts);
	}

	@Test
	void oneStackIsShownWhole() {
		news().pushAll(List.of("1", "2", "3", "4", "5"));
		leaveInInbox(news(), "6", "7");
		Map<String, Object> shown = get("/appendonly/news");
		assertThat(shown).containsEntry("newest", "2-0")
			.containsEntry("oldest", "1-0")
			.containsEntry("size", 3)
			.containsEntry("layerCount", 2)
			.containsEntry("archivedLayers", 1)
			.hasEntrySatisfying("inbox", (inbox) -> assertThat(inbox).hasToString("{items=2, age=null}"));
		assertThat(shown.get("layers")).asInstanceOf(LIST)
			.containsExactly(Map.of("generation", 2, "length", 1, "sealed", false),
					Map.of("generation", 1, "length", 2, "sealed", true));
	}

	@Test
	void stackOfThePropertiesIsShownBeforeItsFirstItemAndAnUnknownOneIsNot() {
		assertThat(get("/appendonly/unused")).containsEntry("size", 0).containsEntry("newest", null);
		assertThat(status("/appendonly/{name}", "unknown")).isEqualTo(404);
		leaveInInbox(stack("waiting", (stack) -> {
		}), "1");
		assertThat(get("/appendonly/waiting")).containsEntry("size", 0)
			.hasEntrySatisfying("inbox", (inbox) -> assertThat(inbox).hasToString("{items=1, age=null}"));
	}

	@Test
	void accumulatorIsShownWithItsItems() {
		this.structures.accumulator("mails", String.class).extend(List.of("1", "2"));
		this.structures.accumulator("mails", String.class).append("3");
		assertThat(get("/appendonly/accumulators/mails")).isEqualTo(Map.of("name", "mails", "items", 3));
		assertThat(get("/appendonly/accumulators/none")).isEqualTo(Map.of("name", "none", "items", 0));
		assertThat(status("/appendonly/{kind}/mails", "queues")).isEqualTo(404);
	}

	@Test
	void nameThatNoStructureCanHaveIsABadRequest() {
		assertThat(status("/appendonly/{name}", "x".repeat(201))).isEqualTo(400);
		assertThat(status("/appendonly/accumulators/{name}", "x".repeat(201))).isEqualTo(400);
	}

	private int status(String path, String variable) {
		return this.client.get().uri(path, variable).retrieve().toBodilessEntity().getStatusCode().value();
	}

	@Test
	void inboxIsPlacedOnDemandByTheHandleOfTheBean() {
		leaveInInbox(news(), "1", "2", "3", "4", "5");
		assertThat(post("/appendonly/news")).isEqualTo(Map.of("items", 5, "newest", "2-0", "waiting", 0));
		assertThat(post("/appendonly/news")).isEqualTo(Map.of("items", 0, "newest", "2-0", "waiting", 0));
		assertThat(get("/appendonly/news")).containsEntry("layerCount", 2);
		leaveInInbox(watched(), "1", "2", "3");
		assertThat(post("/appendonly/watched")).containsEntry("items", 3);
		assertThat(this.context.getBean(Watched.class).pruned).containsExactly("1", "2");
	}

	@Test
	void healthIsDownWhileSomethingWaitsThatCannotBePlaced() {
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
		leaveInInbox(news(), "1");
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
		JdbcClient jdbc = this.context.getBean(JdbcClient.class);
		jdbc.sql("insert into appendonly_slice (stack, generation, first_index, length, items, stamp)"
				+ " values ('news', 0, 0, 1, '[\"left behind\"]', 1)")
			.update();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> news().size());
		assertThat(health()).containsEntry("status", "DOWN")
			.hasEntrySatisfying("details",
					(details) -> assertThat(details).asString()
						.contains("notPlaced")
						.contains("{news=io.github.appendonly.Corrupt"));
		jdbc.sql("delete from appendonly_slice").update();
		assertThat(post("/appendonly/news")).containsEntry("items", 1);
		leaveInInbox(news(), "2");
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
	}

	@Test
	void healthIsUpAgainWhenAnotherInstanceHasPlacedWhatWaited() {
		leaveInInbox(news(), "1");
		JdbcClient jdbc = this.context.getBean(JdbcClient.class);
		jdbc.sql("insert into appendonly_slice (stack, generation, first_index, length, items, stamp)"
				+ " values ('news', 0, 0, 1, '[\"left behind\"]', 1)")
			.update();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> news().size());
		jdbc.sql("delete from appendonly_slice").update();
		jdbc.sql("delete from appendonly_inbox").update();
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
		leaveInInbox(news(), "1");
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
	}

	@Test
	void healthIsDownWhileAPrunerFails() {
		AtomicBoolean failing = new AtomicBoolean(true);
		AppendStack<String> stack = stack("failing", (settings) -> settings.bounds(1, 1).pruner((layer) -> {
			if (failing.get()) {
				throw new UnsupportedOperationException("disk full");
			}
		}));
		stack.push("0");
		leaveInInbox(stack, "1");
		assertThat(stack.size()).isEqualTo(2);
		assertThat(health()).isEqualTo(Map.of("status", "DOWN", "details",
				Map.of("notPruned", Map.of("failing", "java.lang.UnsupportedOperationException: disk full"))));
		failing.set(false);
		stack.push("2");
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
	}

	@Test
	void healthIsUpAgainWhenAnotherInstanceHasPruned() {
		AppendStack<String> stack = stack("pruned", (settings) -> settings.bounds(1, 1).pruner((layer) -> {
			throw new UnsupportedOperationException("disk full");
		}));
		stack.push("0");
		leaveInInbox(stack, "1");
		assertThat(stack.size()).isEqualTo(2);
		assertThat(health()).containsEntry("status", "DOWN");
		JdbcClient jdbc = this.context.getBean(JdbcClient.class);
		jdbc.sql("delete from appendonly_slice where generation = 0").update();
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
		jdbc.sql("insert into appendonly_slice (stack, generation, first_index, length, items, stamp) values"
				+ " ('pruned', 0, 0, 1, '[\"0\"]', 1)")
			.update();
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
	}

	@Test
	void rowsThatAreSetAsideAreShownUntilTheyAreDeleted() {
		JdbcClient jdbc = this.context.getBean(JdbcClient.class);
		jdbc.sql("insert into appendonly_inbox (name, length, items) values ('unused', 9, '[1]')").update();
		long id = jdbc.sql("select id from appendonly_inbox").query(Long.class).single();
		AppendStack<String> stack = stack("unused", (settings) -> {
		});
		assertThat(stack.isEmpty()).isTrue();
		String reason = "length is 9, but items is not a JSON array of that length";
		assertThat(get("/appendonly/unused").get("setAside")).asInstanceOf(LIST)
			.singleElement()
			.asInstanceOf(MAP)
			.containsEntry("stack", "unused")
			.containsEntry("length", 9)
			.containsEntry("inboxId", Math.toIntExact(id))
			.containsEntry("reason", reason);
		assertThat(health()).isEqualTo(
				Map.of("status", "UP", "details", Map.of("setAside", Map.of("unused", "row " + id + ": " + reason))));
		jdbc.sql("delete from appendonly_set_aside").update();
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
		assertThat(get("/appendonly/unused").get("setAside")).isEqualTo(List.of());
	}

	@Test
	void damagesAreShownOnDemand() {
		news().pushAll(List.of("1", "2", "3", "4", "5"));
		assertThat(get("/appendonly/news")).containsEntry("damages", null);
		assertThat(get("/appendonly/news?verify=true")).containsEntry("damages", List.of());
		JdbcClient jdbc = this.context.getBean(JdbcClient.class);
		jdbc.sql("delete from appendonly_slice where generation = 1").update();
		assertThat(get("/appendonly/news?verify=true").get("damages"))
			.isEqualTo(List.of(Map.of("structure", "stack 'news'", "table", "appendonly_slice", "key", "generation 1",
					"expected", "the items of this layer", "found", "nothing")));
		jdbc.sql("delete from appendonly_stack").update();
		assertThat(get("/appendonly/news?verify=true").get("damages")).asInstanceOf(LIST).hasSize(1);
	}

	@Test
	void failureOfAPrunerOfOnePushLeavesHealthAsItIs() {
		AppendStack<String> stack = stack("pushed", (settings) -> settings.bounds(1, 1));
		stack.push("0");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> stack.push("1", (layer) -> {
			throw new UnsupportedOperationException("no");
		}));
		leaveInInbox(stack, "2");
		assertThat(health()).isEqualTo(Map.of("status", "UP"));
	}

	@Test
	void metersAreThoseOfTheStacksThatAreNamed() {
		List<Double> before = counts();
		news().pushAll(List.of("1", "2", "3", "4", "5"));
		leaveInInbox(news(), "6", "7");
		stack("user-1", (stack) -> {
		}).push("1");
		MeterRegistry meters = this.context.getBean(MeterRegistry.class);
		assertThat(meters.get("appendonly.inbox").tag("stack", "news").gauge().value()).isEqualTo(2);
		assertThat(meters.get("appendonly.inbox").tag("stack", "unused").gauge().value()).isZero();
		assertThat(meters.get("appendonly.inbox").gauges()).hasSize(2);
		assertThat(counts()).isEqualTo(before.stream().map((count) -> count + 1).toList());
	}

	/**
	 * Pushes to a stack that is named in both ways, pushes to those that are not,
	 * archived layers and batches.
	 */
	private List<Double> counts() {
		MeterRegistry meters = this.context.getBean(MeterRegistry.class);
		return Stream
			.of(meters.find("appendonly.push").tags("stack", "news", "way", "group_commit"),
					meters.find("appendonly.push").tags("stack", "news", "way", "inbox"),
					meters.find("appendonly.push").tag("stack", "other"),
					meters.find("appendonly.layers.archived").tag("stack", "news"),
					meters.find("appendonly.batch").tag("stack", "news"))
			.map((search) -> DoubleStream
				.concat(search.timers().stream().mapToDouble(Timer::count),
						search.counters().stream().mapToDouble(Counter::count))
				.sum())
			.toList();
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> health() {
		return (Map<String, Object>) Objects.requireNonNull(
				((Map<String, Object>) Objects.requireNonNull(get("/health").get("components"))).get("appendonly"));
	}

	/**
	 * Brings a stack with a pruner.
	 */
	static final class Watched {

		private final List<String> pruned = new CopyOnWriteArrayList<>();

		@Bean
		AppendStack<String> watched(AppendOnlyStructures structures) {
			return structures.stack("watched", String.class,
					(stack) -> stack.bounds(1, 1).pruner((layer) -> this.pruned.addAll(layer.items())));
		}

	}

	private static final class Json extends ParameterizedTypeReference<Map<String, Object>> {

	}

}
