package io.github.appendonly.sample;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;

/**
 * A seismic event, as the data file has it and as clients post it.
 * <p>
 * The components are references so that validation can name every one that a client left
 * out.
 *
 * @param id the identifier that the observing network gave; an event that arrives twice
 * is recorded twice
 * @param time when it happened, in milliseconds since 1970-01-01 UTC
 * @param magnitude its magnitude; tiny events have negative ones
 * @param place where it happened, in words
 * @param longitude degrees, east positive
 * @param latitude degrees, north positive
 * @param depthKm kilometres below sea level; negative above it
 * @param type what shook: an earthquake, a quarry blast, an explosion
 */
public record Quake(@PlainText String id, @NotNull @PositiveOrZero Long time,
		@NotNull @DecimalMin("-5") @DecimalMax("11") Double magnitude, @PlainText String place,
		@NotNull @DecimalMin("-180") @DecimalMax("180") Double longitude,
		@NotNull @DecimalMin("-90") @DecimalMax("90") Double latitude,
		@NotNull @DecimalMin("-10") @DecimalMax("1000") Double depthKm, @PlainText String type) {

	/**
	 * The region that the event counts for: what stands behind the last comma of its
	 * place, or the whole place where nothing does.
	 * @return the region
	 */
	String region() {
		String region = this.place.substring(this.place.lastIndexOf(',') + 1).strip();
		return region.isEmpty() ? this.place.strip() : region;
	}

}
