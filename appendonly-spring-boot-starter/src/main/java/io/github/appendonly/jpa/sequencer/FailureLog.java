package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;

/**
 * Warns of what goes wrong in the background without flooding the log: a failure that
 * lasts is met with every push, and an outage with every stack.
 * <p>
 * A subject's failure takes one line, and another one when it changes or when a minute
 * has passed; all subjects together have a limit for each minute.
 */
final class FailureLog {

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	private static final int LINES = 20;

	private static final int MAX_SUBJECTS = 1000;

	/**
	 * A failure that was warned of.
	 */
	private record Warned(String failure, long at) {
	}

	private final Log logger;

	private final LongSupplier nanoTime;

	private final Map<String, Warned> warned = new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Warned> eldest) {
			return size() > MAX_SUBJECTS;
		}

	};

	private volatile boolean anyWarned;

	private long minuteBegan;

	private int lines;

	private long withheld;

	FailureLog(Log logger, LongSupplier nanoTime) {
		this.logger = logger;
		this.nanoTime = nanoTime;
		this.minuteBegan = nanoTime.getAsLong();
	}

	/**
	 * Warns in one line, unless that was done just now; the stack trace is for debugging.
	 * @param subject what fails
	 * @param message says so
	 * @param cause why
	 */
	void warn(String subject, String message, Throwable cause) {
		this.logger.debug(message, cause);
		line(subject, cause.toString().lines().findFirst().orElse(""))
			.ifPresent((line) -> this.logger.warn(message + ": " + line));
	}

	private synchronized Optional<String> line(String subject, String failure) {
		long now = this.nanoTime.getAsLong();
		if (now - this.minuteBegan >= MINUTE) {
			this.minuteBegan = now;
			this.lines = 0;
		}
		Warned last = this.warned.get(subject);
		boolean repeated = last != null && last.failure().equals(failure) && now - last.at() < MINUTE;
		if (repeated || this.lines >= LINES) {
			this.withheld++;
			return Optional.empty();
		}
		this.lines++;
		this.warned.put(subject, new Warned(failure, now));
		this.anyWarned = true;
		String line = (this.withheld > 0) ? failure + " (" + this.withheld + " such lines were left out)" : failure;
		this.withheld = 0;
		return Optional.of(line);
	}

	/**
	 * Says that it goes well again, if it was warned of before.
	 * @param subject what has failed
	 * @param message says so
	 */
	void recovered(String subject, String message) {
		if (this.anyWarned && remove(subject)) {
			this.logger.info(message);
		}
	}

	private synchronized boolean remove(String subject) {
		boolean present = this.warned.remove(subject) != null;
		this.anyWarned = !this.warned.isEmpty();
		return present;
	}

}
