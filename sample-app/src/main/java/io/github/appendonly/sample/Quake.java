package io.github.appendonly.sample;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;

/**
 * A seismic event, in the form of the data file and of clients' requests.
 * <p>
 * The components are references, so that validation can name all that are missing.
 *
 * @param id the identifier of the observing network; an event that arrives twice is
 * recorded twice
 * @param time when it happened, in milliseconds since 1970-01-01 UTC
 * @param magnitude its magnitude; tiny events have negative ones
 * @param place a description of the place
 * @param longitude degrees, east positive
 * @param latitude degrees, north positive
 * @param depthKm kilometres below sea level; negative above it
 * @param type earthquake, quarry blast or explosion
 */
public record Quake(@PlainText String id, @NotNull @PositiveOrZero Long time,
		@NotNull @DecimalMin("-5") @DecimalMax("11") Double magnitude, @PlainText String place,
		@NotNull @DecimalMin("-180") @DecimalMax("180") Double longitude,
		@NotNull @DecimalMin("-90") @DecimalMax("90") Double latitude,
		@NotNull @DecimalMin("-10") @DecimalMax("1000") Double depthKm, @PlainText String type) {

	/**
	 * The region of the event: the part of its place after the last comma, or the whole
	 * place if that part is empty.
	 * @return the region
	 */
	String region() {
		String region = this.place.substring(this.place.lastIndexOf(',') + 1).strip();
		return region.isEmpty() ? this.place.strip() : region;
	}

}
