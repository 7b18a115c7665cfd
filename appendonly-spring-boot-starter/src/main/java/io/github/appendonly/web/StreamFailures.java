package io.github.appendonly.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the log why streams end. An item that cannot be read or written ends the streams
 * of all clients, and again when they come back, and is told once an hour.
 */
final class StreamFailures {

	private static final Log logger = LogFactory.getLog(EventStream.class);

	/** An older failure than these is told again. */
	private static final int REMEMBERED = 1000;

	/** A failure is told again after this time: it may have gone and come back. */
	private static final Duration SILENCE = Duration.ofHours(1);

	/**
	 * The part of a failure that tells it from others: the structure, and the position.
	 */
	private static final int TEXT = 500;

	private final LongSupplier nanoTime;

	/** When each failure was told last. */
	private final Map<String, Long> told = new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
			return size() > REMEMBERED;
		}

	};

	StreamFailures(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * A stream ends.
	 * @param what what has failed: the structure, and the position if it is known
	 * @param cause the failure
	 */
	void ended(String what, Throwable cause) {
		String failure = what + cause;
		if (isNew(failure.substring(0, Math.min(failure.length(), TEXT)))) {
			logger.error("A stream of server-sent events ends. " + what
					+ ". Others that end for this reason are not logged for a while", cause);
		}
		else {
			logger.debug("A stream of server-sent events ends. " + what, cause);
		}
	}

	private synchronized boolean isNew(String failure) {
		long now = this.nanoTime.getAsLong();
		Long before = this.told.get(failure);
		if (before != null && now - before < SILENCE.toNanos()) {
			return false;
		}
		this.told.remove(failure);
		this.told.put(failure, now);
		return true;
	}

}
