package io.github.appendonly.web;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.StackBounds;
import io.github.appendonly.StartAt;
import io.github.appendonly.autoconfigure.AppendOnlyJacksonAutoConfiguration;
import io.github.appendonly.autoconfigure.web.AppendOnlyEventsAutoConfiguration;
import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.web.EventClient.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Server-sent events from a real server to clients on plain sockets.
 */
@ExtendWith(OutputCaptureExtension.class)
@SuppressWarnings("NullAway.Init")
class EntryEventsTests {

	private static final int LARGE = 50_000;

	private static ServletWebServerApplicationContext context;

	private static int port;

	private static EventStreams streams;

	private static Feeds feeds;

	private InMemoryAppendStack<Object> stack;

	@BeforeAll
	static void start() {
		context = run("appendonly.web.sse.heartbeat=100ms", "spring.jackson.serialization.indent-output=true");
		port = port(context);
		streams = context.getBean(EventStreams.class);
		feeds = context.getBean(Feeds.class);
	}

	private static ServletWebServerApplicationContext run(String... properties) {
		String[] arguments = Stream
			.concat(Stream.of("server.port=0", "server.shutdown=graceful"), Stream.of(properties))
			.map("--"::concat)
			.toArray(String[]::new);
		return (ServletWebServerApplicationContext) SpringApplication.run(Application.class, arguments);
	}

	private static int port(ServletWebServerApplicationContext context) {
		return Objects.requireNonNull(context.getWebServer()).getPort();
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@BeforeEach
	void newStack() {
		this.stack = new InMemoryAppendStack<>(new StackBounds(4, 10));
		feeds.stack = this.stack;
	}

	@AfterEach
	void allStreamsEnd() {
		await().until(() -> streams.size() == 0);
	}

	@Test
	void aClientGetsWhatIsThereAndThenWhatComes() {
		this.stack.push(new Order("tea", 1));
		this.stack.push("a\nb");
		try (EventClient client = EventClient.open(port, "/events", null)) {
			assertThat(client.head()).first().asString().contains(" 200");
			assertThat(client.head()).contains("Content-Type: text/event-stream",
					"Cache-Control: no-cache, no-transform", "X-Accel-Buffering: no");
			assertThat(client.next()).isEqualTo(Event.of("0-0", "{\"item\":\"tea\",\"amount\":1}"));
			assertThat(client.next()).isEqualTo(Event.of("0-1", "\"a\\nb\""));
			assertThat(client.next()).isEqualTo(Event.of("caughtUp", "0-1", "{\"cursor\":\"0-1\"}"));
			IntStream.range(2, 32).forEach((n) -> this.stack.push(n));
			assertThat(client.next(30))
				.isEqualTo(IntStream.range(2, 32).mapToObj((n) -> Event.of(n / 10 + "-" + n % 10, "" + n)).toList());
		}
	}

	@Test
	void aClientThatComesBackGoesOnAfterTheLastEvent() {
		IntStream.range(0, 15).forEach((n) -> this.stack.push(n));
		try (EventClient client = EventClient.open(port, "/events?start=newest", "1-2")) {
			assertThat(client.next(3)).containsExactly(Event.of("1-3", "13"), Event.of("1-4", "14"),
					Event.of("caughtUp", "1-4", "{\"cursor\":\"1-4\"}"));
		}
	}

	@Test
	void aClientThatStartsWithTheNewestCanComeBackBeforeAnythingHasCome() {
		this.stack.push("before");
		String id;
		try (EventClient client = EventClient.open(port, "/events?start=newest", null)) {
			Event caughtUp = client.next();
			assertThat(caughtUp).isEqualTo(Event.of("caughtUp", "0-0", "{\"cursor\":\"0-0\"}"));
			id = caughtUp.id();
		}
		this.stack.push("meanwhile");
		try (EventClient client = EventClient.open(port, "/events?start=newest", id)) {
			assertThat(client.next()).isEqualTo(Event.of("0-1", "\"meanwhile\""));
		}
	}

	@Test
	void anEmptyStackIsCaughtUpWithAtTheStart() {
		try (EventClient client = EventClient.open(port, "/events", "")) {
			assertThat(client.next()).isEqualTo(Event.of("caughtUp", "start", "{\"cursor\":\"start\"}"));
		}
		try (EventClient client = EventClient.open(port, "/events", "start")) {
			this.stack.push(1);
			Event first = client.next();
			assertThat("caughtUp".equals(first.name()) ? client.next() : first).isEqualTo(Event.of("0-0", "1"));
		}
	}

	@Test
	void anExpiredCursorIsToldAndTheClientComesBackToTheOldest() {
		IntStream.range(0, 45).forEach((n) -> this.stack.push(n));
		Event expired;
		try (EventClient client = EventClient.open(port, "/events", "0-3")) {
			expired = client.next();
			assertThat(expired.name()).isEqualTo("expired");
			assertThat(expired.data()).startsWith("{\"cursor\":\"0-3\",\"message\":\"");
			assertThat(client.nextIfAny()).isEmpty();
		}
		try (EventClient client = EventClient.open(port, "/events?start=0-3", expired.id())) {
			assertThat(client.next()).isEqualTo(Event.of("1-0", "10"));
		}
	}

	@Test
	void aCursorAheadIsToldAndTheClientComesBackToTheOldest() {
		this.stack.push("only");
		Event ahead;
		try (EventClient client = EventClient.open(port, "/events", "99999-0")) {
			ahead = client.next();
			assertThat(ahead.name()).isEqualTo("ahead");
			assertThat(ahead.data()).startsWith("{\"cursor\":\"99999-0\",\"message\":\"");
			assertThat(client.nextIfAny()).isEmpty();
		}
		try (EventClient client = EventClient.open(port, "/events", ahead.id())) {
			assertThat(client.next()).isEqualTo(Event.of("0-0", "\"only\""));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "7", "-1-2", "latest" })
	void anIdThatIsNoneIsABadRequest(String id) {
		try (EventClient client = EventClient.open(port, "/events", id)) {
			assertThat(client.head()).first().asString().contains(" 400");
		}
	}

	@Test
	void heartbeatsAreCommentsWithoutAnId() {
		try (EventClient client = EventClient.open(port, "/events", null)) {
			assertThat(client.nextBlock().orElseThrow().others()).singleElement()
				.asString()
				.matches("retry:[12]\\d{3}");
			assertThat(client.next().name()).isEqualTo("caughtUp");
			assertThat(client.nextBlock()).contains(new Event(null, null, null, List.of(":")));
			assertThat(client.nextBlock()).contains(new Event(null, null, null, List.of(":")));
		}
	}

	@Test
	void aClientThatVanishesIsNoticedWithoutAnEntry() throws IOException {
		EventClient client = EventClient.open(port, "/events", null);
		client.next();
		assertThat(streams.size()).isEqualTo(1);
		client.vanish();
		await().until(() -> streams.size() == 0);
	}

	@Test
	void aSlowClientLagsWithoutAQueueAndMissesNothing() {
		int count = 400;
		InMemoryAppendStack<Object> large = new InMemoryAppendStack<>(new StackBounds(100, 10));
		feeds.stack = large;
		String text = "x".repeat(LARGE);
		try (EventClient slow = EventClient.openSlow(port, "/counted?client=slow");
				EventClient fast = EventClient.open(port, "/counted?client=fast", null)) {
			IntStream.range(0, count).forEach((n) -> large.push(n + text));
			assertThat(events(fast, count)).isEqualTo(numbers(count));
			assertThat(feeds.taken("slow")).isLessThan(count);
			large.push("end");
			assertThat(events(fast, 1)).containsExactly("\"e");
			assertThat(feeds.taken("slow")).isLessThan(count);
			assertThat(events(slow.readHead(), count + 1))
				.isEqualTo(Stream.concat(numbers(count).stream(), Stream.of("\"e")).toList());
		}
	}

	private static List<String> events(EventClient client, int count) {
		return Stream.generate(client::next)
			.filter((event) -> event.name() == null)
			.limit(count)
			.map((event) -> Objects.requireNonNull(event.data()))
			.map((data) -> data.contains("x") ? data.substring(1, data.indexOf('x')) : data.substring(0, 2))
			.toList();
	}

	private static List<String> numbers(int count) {
		return IntStream.range(0, count).mapToObj(String::valueOf).toList();
	}

	@Test
	void whatCannotBeWrittenEndsTheStreamAndTheClientComesBackLaterAndTheLogIsToldOnce(CapturedOutput output) {
		this.stack.push(1);
		this.stack.push(new Unwritable());
		for (int i = 0; i < 3; i++) {
			try (EventClient client = EventClient.open(port, "/events", null)) {
				assertThat(client.next()).isEqualTo(Event.of("0-0", "1"));
				assertThat(client.nextBlock()).contains(new Event(null, null, null, List.of("retry:30000")));
				assertThat(client.nextBlock()).isEmpty();
			}
		}
		this.stack.push(new Unwritable());
		try (EventClient client = EventClient.open(port, "/events", "0-1")) {
			assertThat(client.nextBlock()).isPresent();
			assertThat(client.nextBlock()).contains(new Event(null, null, null, List.of("retry:30000")));
		}
		assertThat(output.getOut().split("The item at 0-1 of ", -1)).hasSize(2);
		assertThat(output.getOut().split("The item at 0-2 of ", -1)).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/entity", "/nested" })
	void eventsWithinAnotherObjectFailClearly(String path, CapturedOutput output) {
		try (EventClient client = EventClient.open(port, path, null)) {
			assertThat(client.head()).first().asString().contains(" 500");
		}
		assertThat(output).contains("only a method of a Spring MVC controller can return");
	}

	@Test
	void stoppingEndsAllStreamsAtOnceAndThoseThatComeLater() {
		this.stack.push(1);
		List<EventClient> clients = Stream.generate(() -> EventClient.open(port, "/events", null)).limit(20).toList();
		clients.forEach(EventClient::next);
		try {
			streams.stop();
			clients.forEach((client) -> {
				while (client.nextIfAny().isPresent()) {
					// what was on its way
				}
				client.close();
			});
			try (EventClient late = EventClient.open(port, "/events", null)) {
				assertThat(late.head()).first().asString().contains(" 200");
				assertThat(late.nextBlock()).isEmpty();
			}
		}
		finally {
			streams.start();
		}
	}

	@Test
	void clientsDoNotHoldUpTheShutdownOfTheServer(CapturedOutput output) {
		this.stack.push("x".repeat(LARGE));
		ServletWebServerApplicationContext other = run(
				"logging.level.org.springframework.boot.tomcat.GracefulShutdown=info");
		other.getBean(Feeds.class).stack = this.stack;
		List<EventClient> clients = Stream.generate(() -> EventClient.open(port(other), "/events", null))
			.limit(20)
			.toList();
		clients.forEach((client) -> assertThat(client.next(2)).hasSize(2));
		other.close();
		assertThat(output).contains("Graceful shutdown complete").doesNotContain("Graceful shutdown aborted");
		clients.forEach((client) -> {
			assertThat(client.nextIfAny()).isEmpty();
			client.close();
		});
	}

	@Test
	void aClientThatTakesNothingIsCutOff() {
		InMemoryAppendStack<Object> large = new InMemoryAppendStack<>(new StackBounds(100, 10));
		large.pushAll(Collections.nCopies(400, "x".repeat(LARGE)));
		try (ServletWebServerApplicationContext other = run("server.tomcat.connection-timeout=1s")) {
			other.getBean(Feeds.class).stack = large;
			try (EventClient client = EventClient.openSlow(port(other), "/events")) {
				assertThat(client).isNotNull();
				EventStreams of = other.getBean(EventStreams.class);
				await().until(() -> of.size() == 1);
				await().until(() -> of.size() == 0);
			}
		}
	}

	record Order(String item, int amount) {
	}

	static final class Unwritable {

		@SuppressWarnings("DoNotCallSuggester") // Jackson calls it
		public String getName() {
			throw new IllegalStateException("not written");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class, JacksonAutoConfiguration.class,
			HttpMessageConvertersAutoConfiguration.class, AppendOnlyJacksonAutoConfiguration.class,
			AppendOnlyEventsAutoConfiguration.class })
	static class Application {

		@Bean
		Feeds feeds() {
			return new Feeds();
		}

	}

	@RestController
	static class Feeds {

		private final Map<String, AtomicInteger> taken = new ConcurrentHashMap<>();

		private volatile AppendStack<Object> stack;

		@GetMapping("/events")
		EntryEvents<Object> events(@RequestParam(defaultValue = "oldest") StartAt start) {
			return EntryEvents.of(this.stack).startAt(start);
		}

		@GetMapping("/counted")
		EntryEvents<Object> counted(@RequestParam String client) {
			return EntryEvents.of(this.stack).map((entry) -> {
				this.taken.computeIfAbsent(client, (name) -> new AtomicInteger()).incrementAndGet();
				return entry.item();
			});
		}

		@GetMapping("/entity")
		ResponseEntity<EntryEvents<Object>> entity() {
			return ResponseEntity.ok(EntryEvents.of(this.stack));
		}

		@GetMapping(path = "/nested", produces = "application/json")
		Map<String, EntryEvents<Object>> nested() {
			return Map.of("events", EntryEvents.of(this.stack));
		}

		int taken(String client) {
			AtomicInteger count = this.taken.get(client);
			return (count != null) ? count.get() : 0;
		}

	}

}
