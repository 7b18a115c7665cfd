package io.github.appendonly.sample;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * How far a replay has come. It moves on in the transaction that records the event, so a
 * replay that was killed goes on behind the last event that is there.
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
	 * How many events were recorded.
	 * @return the number of events
	 */
	int getFed() {
		return this.fed;
	}

	String getName() {
		return this.name;
	}

}
