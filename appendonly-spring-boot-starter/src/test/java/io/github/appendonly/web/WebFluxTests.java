package io.github.appendonly.web;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.github.appendonly.History;
import io.github.appendonly.StackBounds;
import io.github.appendonly.docs.Order;
import io.github.appendonly.docs.ReactiveOrderEvents;
import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.memory.InMemoryArchive;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The publisher of entries in a controller of WebFlux.
 */
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
