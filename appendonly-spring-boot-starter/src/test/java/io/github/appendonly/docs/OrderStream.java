package io.github.appendonly.docs;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
public class OrderStream {

	private final AppendStack<Order> recentOrders;

	private final Map<SseEmitter, Position> clients = new ConcurrentHashMap<>();

	public OrderStream(AppendStack<Order> recentOrders) {
		this.recentOrders = recentOrders;
	}

	@GetMapping("/orders/stream")
	public SseEmitter open(@RequestHeader("Last-Event-ID") Optional<Position> last) {
		SseEmitter client = new SseEmitter(0L);
		client.onCompletion(() -> this.clients.remove(client));
		this.clients.put(client, last.or(() -> this.recentOrders.newest().map(Entry::position)).orElse(Position.START));
		return client;
	}

	@Scheduled(fixedDelay = 500)
	public void send() {
		this.clients.forEach((client, cursor) -> {
			Changes<Order> changes = this.recentOrders.since(cursor, 100);
			try {
				send(client, changes);
				this.clients.replace(client, cursor, changes.cursor());
			}
			catch (IOException ex) {
				this.clients.remove(client);
				client.completeWithError(ex);
			}
		});
	}

	private static void send(SseEmitter client, Changes<Order> changes) throws IOException {
		if (changes.expired() || changes.ahead()) {
			client.send(SseEmitter.event().name("reload").data("Older orders are gone"));
		}
		for (Entry<Order> entry : changes.entries()) {
			client.send(SseEmitter.event().id(entry.position().toString()).data(entry.item()));
		}
	}

}
