package io.github.appendonly.docs;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Notifications {

	private final AppendOnlyStructures structures;

	public Notifications(AppendOnlyStructures structures) {
		this.structures = structures;
	}

	public AppendStack<Notification> of(String user) {
		return this.structures.stack("notifications-" + user, Notification.class);
	}

	@Transactional
	public List<String> takeMails() {
		return this.structures.accumulator("mails", String.class).consume();
	}

}
