package io.github.appendonly.sample;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;

/**
 * An event on the page.
 *
 * @param position its position
 * @param quake the event
 */
record QuakeView(Position position, Quake quake) {

	private static final int STRONGEST_CLASS = 6;

	private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	static QuakeView of(Entry<Quake> entry) {
		return new QuakeView(entry.position(), entry.item());
	}

	/**
	 * The style class of its colour.
	 * @return the name of a style class, from m0 to m6
	 */
	public String strength() {
		return "m" + (int) Math.max(0, Math.min(STRONGEST_CLASS, Math.floor(this.quake.magnitude())));
	}

	public String magnitude() {
		return String.format(Locale.ROOT, "%.1f", this.quake.magnitude());
	}

	public String when() {
		return WHEN.format(Instant.ofEpochMilli(this.quake.time()));
	}

	public String depth() {
		return String.format(Locale.ROOT, "%.0f km deep", Math.max(0, this.quake.depthKm()));
	}

}
