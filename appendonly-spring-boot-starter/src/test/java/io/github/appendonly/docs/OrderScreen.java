package io.github.appendonly.docs;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.appendonly.AppendStack;
import io.github.appendonly.CursorExpiredException;
import io.github.appendonly.Entry;
import io.github.appendonly.Follower;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import jakarta.annotation.PreDestroy;
import org.springframework.stereotype.Component;

@Component
public class OrderScreen {

	private final Queue<Order> shown = new ConcurrentLinkedQueue<>();

	private final Subscription subscription;

	public OrderScreen(AppendStack<Order> recentOrders) {
		this.subscription = recentOrders.follow(StartAt.newest(), new Follower<Order>() {

			@Override
			public void onEntry(Entry<Order> entry) {
				OrderScreen.this.shown.add(entry.item());
			}

			@Override
			public void onExpired(CursorExpiredException expired) {
				OrderScreen.this.shown.clear(); // goes on with what is kept
			}

		});
	}

	@PreDestroy
	void close() {
		this.subscription.close();
	}

	public Queue<Order> shown() {
		return this.shown;
	}

}
