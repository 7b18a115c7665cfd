package io.github.appendonly.sample;

import io.github.appendonly.Entry;

/**
 * An event that an open page gets when it is recorded.
 *
 * @param quake the event
 * @param strength the style class of its colour
 * @param magnitude its magnitude as the page shows it
 * @param when when it happened, as the page shows it
 * @param depth its depth as the page shows it
 * @param region the statistics of its region, this event included
 */
record LiveQuake(Quake quake, String strength, String magnitude, String when, String depth, RegionStatistics region) {

	static LiveQuake of(Entry<Quake> entry, RegionStatistics region) {
		QuakeView view = QuakeView.of(entry);
		return new LiveQuake(view.quake(), view.strength(), view.magnitude(), view.when(), view.depth(), region);
	}

}
