package io.github.appendonly.web;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.github.appendonly.History;
import io.github.appendonly.StackBounds;
import io.github.appendonly.docs.Order;
import io.github.appendonly.docs.ReactiveOrderEvents;
import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.memory.InMemoryArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.FluxExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The publisher of entries in a controller of WebFlux.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebFluxTests {

	private static final ParameterizedTypeReference<ServerSentEvent<Order>> EVENT = new ParameterizedTypeReference<>() {
	};

	private final InMemoryArchive<Order> archive = new InMemoryArchive<>();

	private final InMemoryAppendStack<Order> stack = new InMemoryAppendStack<>(new StackBounds(2, 10),
			this.archive::addLayer);

	private final WebTestClient client = WebTestClient
		.bindToController(new ReactiveOrderEvents(new History<>(this.stack, this.archive)))
		.configureClient()
		.responseTimeout(Duration.ofSeconds(90))
		.build();

	/**
	 * Only Spring MVC sends them. The status of a stream is sent before anything else.
	 */
	@ParameterizedTest
	@CsvSource({ "application/json, 500", "text/event-stream, 200" })
	void entryEventsFailClearly(String accepted, int status, CapturedOutput output) {
		FluxExchangeResult<String> answer = WebTestClient.bindToController(new ForMvc(this.stack))
			.build()
			.get()
			.uri("/")
			.header("Accept", accepted)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.returnResult(String.class);
		List<String> failures = new CopyOnWriteArrayList<>();
		assertThat(answer.getResponseBody().onErrorResume((ex) -> {
			failures.add(String.valueOf(ex));
			return Flux.empty();
		}).collectList().block()).doesNotContain("{}");
		assertThat(output + failures.toString()).contains("only a method of a Spring MVC controller can return");
	}

	@RestController
	private record ForMvc(InMemoryAppendStack<Order> stack) {

		@GetMapping("/")
		@SuppressWarnings("UnusedMethod") // Spring calls it
		EntryEvents<Order> events() {
			return EntryEvents.of(this.stack);
		}

	}

	private Flux<ServerSentEvent<Order>> events(String lastEventId) {
		return this.client.get()
			.uri("/orders/events")
			.header("Last-Event-ID", lastEventId)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(EVENT)
			.getResponseBody();
	}

	private void push(int from, int to) {
		IntStream.range(from, to).forEach((n) -> this.stack.push(order(n)));
	}

	private static Order order(int n) {
		return new Order("item " + n, BigDecimal.ONE);
	}

	@Test
	void aFluxCatchesUpAndGoesOnLive() {
		push(0, 45);
		List<ServerSentEvent<Order>> events = Objects.requireNonNull(events("0-3").doOnNext((event) -> {
			if ("4-4".equals(event.id())) {
				push(45, 60);
			}
		}).take(56).collectList().block(Duration.ofSeconds(90)));
		assertThat(events).extracting(ServerSentEvent::id)
			.containsExactlyElementsOf(IntStream.range(4, 60).mapToObj((n) -> n / 10 + "-" + n % 10).toList());
		assertThat(events).extracting(ServerSentEvent::data)
			.containsExactlyElementsOf(IntStream.range(4, 60).mapToObj(WebFluxTests::order).toList());
	}

}
