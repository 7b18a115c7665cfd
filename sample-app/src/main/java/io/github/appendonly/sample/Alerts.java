package io.github.appendonly.sample;

import java.util.List;

import io.github.appendonly.Entry;
import io.github.appendonly.subscriber.AppendStackListener;
import org.springframework.stereotype.Component;

/**
 * Writes an alert for each strong event, exactly once: the alerts and the place up to
 * which they are written are in one transaction.
 */
@Component
class Alerts {

	/** The name of the subscriber. */
	static final String ID = "alerts";

	static final double STRONG = 5;

	private final AlertRepository alerts;

	Alerts(AlertRepository alerts) {
		this.alerts = alerts;
	}

	@AppendStackListener(stack = QuakeFeed.STACK, id = ID)
	void warn(List<Entry<Quake>> entries) {
		entries.stream()
			.filter((entry) -> entry.item().magnitude() >= STRONG)
			.map(Alert::new)
			.forEach(this.alerts::save);
	}

}
