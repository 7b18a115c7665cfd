package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.jpa.sequencer.SequencerListener.Batch;
import io.github.appendonly.jpa.sequencer.SequencerListener.Outcome;
import io.github.appendonly.jpa.sequencer.SequencerListener.Push;
import io.github.appendonly.jpa.sequencer.SequencerListener.Way;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SequencerMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final SequencerMetrics metrics = new SequencerMetrics(this.registry, new StackTags(List.of("news")));

	private void batch(String stack, int items, int conflicts, Duration... delays) {
		this.metrics.begun(stack, List.of())
			.accept(new Batch(stack, 1, items, 0, conflicts, Duration.ofMillis(1), List.of(delays), Optional.empty()));
	}

	@Test
	void pushesAreTimedByStackWayAndOutcome() {
		this.metrics.pushed(new Push("news", Way.GROUP_COMMIT, Outcome.SUCCESS, Duration.ofMillis(3)));
		this.metrics.pushed(new Push("news", Way.GROUP_COMMIT, Outcome.SUCCESS, Duration.ofMillis(4)));
		this.metrics.pushed(new Push("news", Way.INBOX, Outcome.FAILURE, Duration.ofMillis(5)));
		assertThat(this.registry.get("appendonly.push")
			.tags("stack", "news", "way", "group_commit", "outcome", "success")
			.timer()
			.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(7);
		assertThat(this.registry.get("appendonly.push")
			.tags("stack", "news", "way", "inbox", "outcome", "failure")
			.timer()
			.count()).isEqualTo(1);
	}

	@Test
	void stacksThatAreNotNamedShareOneTag() {
		for (int user = 0; user < 100; user++) {
			this.metrics.pushed(new Push("user-" + user, Way.IN_TRANSACTION, Outcome.UNCERTAIN, Duration.ZERO));
			batch("user-" + user, 2, 1, Duration.ofMillis(1));
			this.metrics.pruned("user-" + user, 1, 1);
		}
		assertThat(this.registry.getMeters()).extracting((meter) -> meter.getId().getTag("stack"))
			.containsOnly(StackTags.OTHER)
			.hasSize(9);
		assertThat(this.registry.get("appendonly.batch.size").tag("stack", "other").summary().totalAmount())
			.isEqualTo(200);
	}

	@Test
	void batchesAreSummedUp() {
		batch("news", 3, 2, Duration.ofMillis(5), Duration.ofMillis(6));
		batch("news", 0, 0);
		this.metrics.pruned("news", 3, 2);
		this.metrics.readTimedOut("news");
		assertThat(this.registry.get("appendonly.read.timeouts").tag("stack", "news").counter().count()).isEqualTo(1);
		assertThat(this.registry.get("appendonly.batch.size").tag("stack", "news").summary().count()).isEqualTo(1);
		assertThat(this.registry.get("appendonly.conflicts").tag("stack", "news").counter().count()).isEqualTo(2);
		assertThat(this.registry.get("appendonly.placement.delay")
			.tag("stack", "news")
			.timer()
			.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(11);
		this.metrics.expired("news", 4, 5, 70);
		assertThat(this.registry.get("appendonly.layers.expired").tag("stack", "news").counter().count()).isEqualTo(9);
		assertThat(this.registry.get("appendonly.items.expired").tag("stack", "news").counter().count()).isEqualTo(70);
		assertThat(this.registry.get("appendonly.layers.pruned").tag("stack", "news").counter().count()).isEqualTo(3);
		assertThat(this.registry.get("appendonly.layers.archived").tag("stack", "news").counter().count()).isEqualTo(2);
	}

	@Test
	void allMetersHaveADescription() {
		batch("news", 1, 0);
		this.metrics.pushed(new Push("news", Way.GROUP_COMMIT, Outcome.SUCCESS, Duration.ZERO));
		assertThat(this.registry.getMeters()).extracting(Meter::getId)
			.extracting(Meter.Id::getDescription)
			.hasSize(9)
			.doesNotContainNull();
	}

}
