package io.github.appendonly.web;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the log is told of streams that end.
 */
@ExtendWith(OutputCaptureExtension.class)
class StreamFailuresTests {

	@Test
	void failureIsToldAgainAfterAWhile(CapturedOutput output) {
		AtomicLong now = new AtomicLong();
		StreamFailures failures = new StreamFailures(now::get);
		for (int hour = 0; hour < 3; hour++) {
			for (int client = 0; client < 5; client++) {
				failures.ended("Stack 'a'. ", new IllegalStateException("7-42"));
				failures.ended("Stack 'a'. ", new IllegalStateException("7-43"));
			}
			now.addAndGet(Duration.ofHours(1).toNanos());
		}
		assertThat(output.getOut().split("IllegalStateException: 7-42", -1)).hasSize(4);
		assertThat(output.getOut().split("IllegalStateException: 7-43", -1)).hasSize(4);
	}

}
