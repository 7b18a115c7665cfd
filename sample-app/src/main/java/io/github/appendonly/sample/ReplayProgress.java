package io.github.appendonly.sample;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * The progress of a replay. It advances in the transaction that records the event. So a
 * replay that was killed continues after the last recorded event.
 */
@Entity
@Table(name = "replay_progress")
class ReplayProgress {

	@Id
	@Column(length = 50)
	private String name;

	@Column(nullable = false)
	private int fed;

	@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
	protected ReplayProgress() {
	}

	/**
	 * The number of events recorded.
	 * @return the number of events
	 */
	int getFed() {
		return this.fed;
	}

	String getName() {
		return this.name;
	}

}
