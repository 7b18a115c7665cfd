package io.github.appendonly.sample;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * The statistics of one region.
 */
@Entity
@JsonPropertyOrder({ "region", "count", "strongest", "lastTime" })
@Table(name = "region_statistics")
public class RegionStatistics {

	@Id
	@Column(length = PlainText.MAX_LENGTH)
	private String region;

	@Column(name = "quakes", nullable = false)
	private long count;

	@Column(nullable = false)
	private double strongest;

	@Column(nullable = false)
	private long lastTime;

	@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
	protected RegionStatistics() {
	}

	public String getRegion() {
		return this.region;
	}

	/**
	 * The number of events recorded.
	 * @return the number of events
	 */
	public long getCount() {
		return this.count;
	}

	/**
	 * The largest magnitude among them.
	 * @return the magnitude
	 */
	public double getStrongest() {
		return this.strongest;
	}

	/**
	 * The time of the last event, in milliseconds since 1970-01-01 UTC.
	 * @return the time
	 */
	public long getLastTime() {
		return this.lastTime;
	}

}
