package io.github.appendonly.docs;

import io.github.appendonly.subscriber.SubscriberDefinition;
import io.github.appendonly.subscriber.Subscribers;

public class TeamMails {

	private final Subscribers subscribers;

	private final Mailbox mailbox;

	public TeamMails(Subscribers subscribers, Mailbox mailbox) {
		this.subscribers = subscribers;
		this.mailbox = mailbox;
	}

	public Subscribers.Registration start(String team) {
		return this.subscribers.register(SubscriberDefinition.of("feed-" + team, "mails-" + team, Notification.class)
			.transactional(false)
			.batchSize(20)
			.forEachEntry((entry) -> this.mailbox.send(team, entry.item())));
	}

	/**
	 * Where mails go.
	 */
	public interface Mailbox {

		void send(String team, Notification notification);

	}

}
