package io.github.appendonly.docs;

import java.util.Optional;

import io.github.appendonly.History;
import io.github.appendonly.StartAt;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/**
 * Sends orders to browsers with WebFlux.
 */
@RestController
public class ReactiveOrderEvents {

	private final History<Order> recentOrdersHistory;

	public ReactiveOrderEvents(History<Order> recentOrdersHistory) {
		this.recentOrdersHistory = recentOrdersHistory;
	}

	@GetMapping("/orders/events")
	public Flux<ServerSentEvent<Order>> events(@RequestHeader("Last-Event-ID") Optional<StartAt> lastEventId) {
		StartAt start = lastEventId.orElse(StartAt.oldest());
		return JdkFlowAdapter.flowPublisherToFlux(this.recentOrdersHistory.publisher(start))
			.map((entry) -> ServerSentEvent.builder(entry.item()).id(entry.position().toString()).build());
	}

}
