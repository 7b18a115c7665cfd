package io.github.appendonly.subscriber;

import java.time.Duration;

/**
 * What a subscriber does after a step.
 *
 * @param kind what it does
 * @param pause how long it waits, if it does
 */
record Outcome(Kind kind, Duration pause) {

	enum Kind {

		/** It goes on at once. */
		MORE,

		/** It has handled everything, and waits until it is woken. */
		CAUGHT_UP,

		/** It waits until somebody lets it go on. */
		HALTED,

		/** It looks again after a pause, or when it is woken. */
		BUSY,

		/** It goes on after a pause, and not before. */
		BACKING_OFF

	}

	static final Outcome MORE = new Outcome(Kind.MORE, Duration.ZERO);

	static final Outcome CAUGHT_UP = new Outcome(Kind.CAUGHT_UP, Duration.ZERO);

	static final Outcome HALTED = new Outcome(Kind.HALTED, Duration.ZERO);

	static Outcome busy(Duration pause) {
		return new Outcome(Kind.BUSY, pause);
	}

	static Outcome backingOff(Duration pause) {
		return new Outcome(Kind.BACKING_OFF, pause);
	}

}
