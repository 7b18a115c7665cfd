package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.jpa.sequencer.SequencerListener.Append;
import io.github.appendonly.jpa.sequencer.SequencerListener.Outcome;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The meters of accumulators.
 */
class AccumulatorMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AccumulatorMetrics metrics = new AccumulatorMetrics(this.registry, new StackTags(List.of("mails")));

	private double count(String name, String accumulator) {
		return this.registry.get(name).tag("accumulator", accumulator).counter().count();
	}

	@Test
	void appendsAreTimedAndTheirItemsCounted() {
		this.metrics.appended(new Append("mails", false, Outcome.SUCCESS, 3, Duration.ofMillis(2)));
		this.metrics.appended(new Append("mails", true, Outcome.SUCCESS, 4, Duration.ofMillis(5)));
		this.metrics.appended(new Append("mails", false, Outcome.FAILURE, 8, Duration.ofMillis(7)));
		this.metrics.appended(new Append("mails", false, Outcome.UNCERTAIN, 16, Duration.ofMillis(11)));
		assertThat(this.registry.get("appendonly.accumulator.append")
			.tags("accumulator", "mails", "way", "group_commit", "outcome", "success")
			.timer()
			.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(2);
		assertThat(this.registry.get("appendonly.accumulator.append")
			.tags("accumulator", "mails", "way", "in_transaction", "outcome", "success")
			.timer()
			.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(5);
		assertThat(this.registry.get("appendonly.accumulator.append").timers()).hasSize(4);
		assertThat(count("appendonly.accumulator.appended", "mails")).isEqualTo(7);
	}

	@Test
	void accumulatorsThatAreNotNamedShareOneTag() {
		for (int user = 0; user < 100; user++) {
			this.metrics.appended(new Append("user-" + user, false, Outcome.SUCCESS, 1, Duration.ZERO));
			this.metrics.consumed("user-" + user, 2);
		}
		this.metrics.consumed("mails", 5);
		assertThat(count("appendonly.accumulator.appended", "other")).isEqualTo(100);
		assertThat(count("appendonly.accumulator.consumed", "other")).isEqualTo(200);
		assertThat(count("appendonly.accumulator.consumed", "mails")).isEqualTo(5);
		assertThat(this.registry.getMeters()).extracting(Meter::getId)
			.extracting(Meter.Id::getDescription)
			.hasSize(4)
			.doesNotContainNull();
	}

}
