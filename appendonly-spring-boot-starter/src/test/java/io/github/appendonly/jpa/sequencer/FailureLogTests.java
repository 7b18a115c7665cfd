package io.github.appendonly.jpa.sequencer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.impl.NoOpLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailureLogTests {

	private final List<String> lines = new ArrayList<>();

	private final List<String> traces = new ArrayList<>();

	private long now = -5;

	private final FailureLog log = new FailureLog(recording(), () -> this.now);

	private Log recording() {
		return new NoOpLog() {

			private static final long serialVersionUID = 1L;

			@Override
			public void warn(Object message) {
				FailureLogTests.this.lines.add("WARN " + message);
			}

			@Override
			public void debug(Object message, Throwable cause) {
				FailureLogTests.this.traces.add(message + ": " + cause.getMessage());
			}

			@Override
			public void info(Object message) {
				FailureLogTests.this.lines.add("INFO " + message);
			}

		};
	}

	private void fail(String subject, String message) {
		this.log.warn(subject, "Stack '" + subject + "' fails", new IllegalStateException(message));
	}

	private void passMinutes(int minutes) {
		this.now += Duration.ofMinutes(minutes).toNanos();
	}

	@Test
	void failureThatIsRepeatedTakesOneLine() {
		for (int i = 0; i < 1000; i++) {
			fail("a", "no");
		}
		assertThat(this.lines).containsExactly("WARN Stack 'a' fails: java.lang.IllegalStateException: no");
	}

	@Test
	void eachFailureIsThereForDebugging() {
		fail("a", "no");
		fail("a", "no\nbecause of that");
		fail("a", "no");
		assertThat(this.traces).containsExactly("Stack 'a' fails: no", "Stack 'a' fails: no\nbecause of that",
				"Stack 'a' fails: no");
	}

	@Test
	void onlyTheLatestThousandSubjectsAreRemembered() {
		for (int i = 0; i < 1001; i++) {
			fail("stack " + i, "no");
			if (i % 20 == 19) {
				passMinutes(1);
			}
		}
		this.lines.clear();
		this.log.recovered("stack 0", "Stack 0 is well again");
		this.log.recovered("stack 1", "Stack 1 is well again");
		this.log.recovered("stack 1000", "Stack 1000 is well again");
		assertThat(this.lines).containsExactly("INFO Stack 1 is well again", "INFO Stack 1000 is well again");
	}

	@Test
	void failureOfSeveralLinesTakesOne() {
		fail("a", "no\nbecause of that");
		assertThat(this.lines).containsExactly("WARN Stack 'a' fails: java.lang.IllegalStateException: no");
	}

	@Test
	void failureThatLastsIsRepeatedWithTheNumberOfLinesLeftOut() {
		fail("a", "no");
		fail("a", "no");
		fail("a", "no");
		passMinutes(1);
		fail("a", "no");
		assertThat(this.lines).hasSize(2)
			.last()
			.isEqualTo("WARN Stack 'a' fails: java.lang.IllegalStateException: no (2 such lines were left out)");
		passMinutes(1);
		fail("a", "no");
		assertThat(this.lines).last().isEqualTo("WARN Stack 'a' fails: java.lang.IllegalStateException: no");
	}

	@Test
	void otherFailureAndOtherStackTakeALineEach() {
		fail("a", "no");
		fail("b", "no");
		fail("a", "never");
		assertThat(this.lines).containsExactly("WARN Stack 'a' fails: java.lang.IllegalStateException: no",
				"WARN Stack 'b' fails: java.lang.IllegalStateException: no",
				"WARN Stack 'a' fails: java.lang.IllegalStateException: never");
	}

	@Test
	void outageOfManyStacksTakesFewLines() {
		for (int i = 0; i < 1000; i++) {
			fail("stack " + i, "no connection");
		}
		assertThat(this.lines).hasSize(20);
		passMinutes(1);
		fail("a", "no");
		assertThat(this.lines).hasSize(21).last().asString().endsWith("(980 such lines were left out)");
	}

	@Test
	void warningWithoutAnExceptionIsLoggedOnceAMinuteToo() {
		this.log.warn("delay", "Late by 1");
		this.log.warn("delay", "Late by 2");
		passMinutes(1);
		this.log.warn("delay", "Late by 3");
		assertThat(this.lines).containsExactly("WARN Late by 1", "WARN Late by 3 (1 such lines were left out)");
	}

	@Test
	void recoveryIsToldOnceAndOnlyAfterAFailure() {
		this.log.recovered("a", "Stack 'a' is well again");
		assertThat(this.lines).isEmpty();
		fail("a", "no");
		this.log.recovered("b", "Stack 'b' is well again");
		this.log.recovered("a", "Stack 'a' is well again");
		this.log.recovered("a", "Stack 'a' is well again");
		fail("a", "no");
		assertThat(this.lines).containsExactly("WARN Stack 'a' fails: java.lang.IllegalStateException: no",
				"INFO Stack 'a' is well again", "WARN Stack 'a' fails: java.lang.IllegalStateException: no");
	}

}
