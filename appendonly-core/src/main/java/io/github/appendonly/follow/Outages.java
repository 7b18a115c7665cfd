package io.github.appendonly.follow;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import io.github.appendonly.internal.Errors;

/**
 * Decides which reads are tried again, and when. The log tells the beginning and the end
 * of an outage, however many followers it stops.
 */
final class Outages {

	private static final Logger LOGGER = System.getLogger(Tails.class.getName());

	static final Duration FIRST = Duration.ofMillis(100);

	static final Duration LONGEST = Duration.ofSeconds(5);

	private final Predicate<? super Throwable> retried;

	private final AtomicBoolean out = new AtomicBoolean();

	Outages(Predicate<? super Throwable> retried) {
		this.retried = retried;
	}

	boolean isRetried(Throwable failure) {
		return !Errors.endJvm(failure) && this.retried.test(failure);
	}

	void failed(String structure, Throwable failure) {
		if (this.out.compareAndSet(false, true)) {
			LOGGER.log(Level.WARNING, "Followers of the " + structure
					+ " cannot read, and try again until they can. Others that cannot are not logged", failure);
		}
	}

	void succeeded() {
		if (this.out.get() && this.out.compareAndSet(true, false)) {
			LOGGER.log(Level.INFO, "Followers read again");
		}
	}

	/**
	 * Returns how long to wait before the next try: twice as long after each failure, and
	 * a random part of it less, so that not all come at once.
	 * @param failures the number of tries that have failed
	 */
	static Duration delay(int failures) {
		if (failures == 0) {
			return Duration.ZERO;
		}
		long full = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 10));
		return Duration.ofMillis(full - ThreadLocalRandom.current().nextLong(full / 2));
	}

}
