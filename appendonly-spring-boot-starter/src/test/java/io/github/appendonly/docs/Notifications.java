package io.github.appendonly.docs;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.stereotype.Service;

@Service
public class Notifications {

	private final AppendOnlyStructures structures;

	public Notifications(AppendOnlyStructures structures) {
		this.structures = structures;
	}

	public AppendStack<Notification> of(String user) {
		return this.structures.stack("notifications-" + user, Notification.class);
	}

}
