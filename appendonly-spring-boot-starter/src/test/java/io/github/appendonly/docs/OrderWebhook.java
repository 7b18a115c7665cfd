package io.github.appendonly.docs;

import io.github.appendonly.Entry;
import io.github.appendonly.subscriber.AppendStackListener;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

@Component
public class OrderWebhook {

	private final RestClient client = RestClient.create();

	private final String url;

	public OrderWebhook(@Value("${shop.webhook}") String url) {
		this.url = url;
	}

	@AppendStackListener(stack = "recent-orders", id = "webhook", transactional = false)
	public void send(Entry<Order> entry) {
		this.client.post()
			.uri(this.url)
			.header("Idempotency-Key", entry.position().toString())
			.contentType(MediaType.APPLICATION_JSON)
			.body(entry.item())
			.retrieve()
			.toBodilessEntity();
	}

}
