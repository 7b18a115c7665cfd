package io.github.appendonly.sample;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.subscriber.SubscriberStatus;

/**
 * The alerts for clients.
 *
 * @param count the number of alerts
 * @param newest the newest ones, newest first
 * @param lag the number of events that were not looked at yet
 * @param state whether the subscriber works; nothing before it has begun
 */
record AlertsView(long count, List<Alert> newest, long lag, Optional<SubscriberStatus.State> state) {

	static AlertsView of(AlertRepository alerts, Optional<SubscriberStatus> status) {
		return new AlertsView(alerts.count(), alerts.findTop5ByOrderByIdDesc(),
				status.map(SubscriberStatus::lag).orElse(0L), status.map(SubscriberStatus::state));
	}

	public boolean caughtUp() {
		return this.lag == 0 && this.state.isPresent();
	}

	public String progress() {
		if (caughtUp()) {
			return "all events looked at";
		}
		String behind = (this.lag == 1) ? "1 event behind" : this.lag + " events behind";
		return this.state.map((state) -> (state == SubscriberStatus.State.RUNNING) ? behind : "stopped, " + behind)
			.orElse("not begun");
	}

}
