package io.github.appendonly.jpa;

import java.time.Duration;

import io.github.appendonly.Accumulator;

/**
 * Sets how long an accumulator remembers the keys of its items. The settings belong to
 * the handle. They are for one thread, while a handle is made.
 */
public final class AccumulatorSettings {

	private Duration keyRetention = Accumulator.KEY_RETENTION;

	AccumulatorSettings() {
	}

	/**
	 * Sets how long this handle has keys remembered, whether their items are consumed or
	 * not. Keys that are remembered already keep their time.
	 * @param time the time since the append, from a second to a hundred years; parts of a
	 * second do not count
	 * @return these settings
	 * @throws IllegalArgumentException if the time is not in that range
	 */
	public AccumulatorSettings keyRetention(Duration time) {
		this.keyRetention = StackSettings.requireKeyRetention(time);
		return this;
	}

	Duration keyRetention() {
		return this.keyRetention;
	}

}
