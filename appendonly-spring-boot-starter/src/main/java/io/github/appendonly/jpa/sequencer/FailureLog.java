package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;

/**
 * Logs failures in the background without flooding the log. A lasting failure occurs with
 * every push, and an outage with every stack.
 * <p>
 * The failure of one subject takes one line. It takes another line when it changes, or
 * when a minute has passed. All subjects together have a limit of lines per minute.
 */
final class FailureLog {

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	private static final int MAX_LINES = 20;

	private static final int MAX_SUBJECTS = 1000;

	/**
	 * A failure that was logged.
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

	private long leftOut;

	FailureLog(Log logger, LongSupplier nanoTime) {
		this.logger = logger;
		this.nanoTime = nanoTime;
		this.minuteBegan = nanoTime.getAsLong();
	}

	/**
	 * Logs a warning in one line, unless the same failure has just been logged. The stack
	 * trace is only for the debug level.
	 * @param subject the subject that fails
	 * @param message describes the failure
	 * @param cause the failure
	 */
	void warn(String subject, String message, Throwable cause) {
		this.logger.debug(message, cause);
		nextLine(subject, cause.toString().lines().findFirst().orElse(""))
			.ifPresent((line) -> this.logger.warn(message + ": " + line));
	}

	/**
	 * Logs a warning about something that is not an exception.
	 */
	void warn(String subject, String message) {
		nextLine(subject, "").ifPresent((line) -> this.logger.warn(message + line));
	}

	private synchronized Optional<String> nextLine(String subject, String failure) {
		long now = this.nanoTime.getAsLong();
		if (now - this.minuteBegan >= MINUTE) {
			this.minuteBegan = now;
			this.lines = 0;
		}
		Warned last = this.warned.get(subject);
		boolean repeated = last != null && last.failure().equals(failure) && now - last.at() < MINUTE;
		if (repeated || this.lines >= MAX_LINES) {
			this.leftOut++;
			return Optional.empty();
		}
		this.lines++;
		this.warned.put(subject, new Warned(failure, now));
		this.anyWarned = true;
		String line = (this.leftOut > 0) ? failure + " (" + this.leftOut + " such lines were left out)" : failure;
		this.leftOut = 0;
		return Optional.of(line);
	}

	/**
	 * Logs that a subject works again, if its failure was logged before.
	 * @param subject the subject that failed
	 * @param message describes the recovery
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
