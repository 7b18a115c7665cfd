package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import io.github.appendonly.Position;
import io.github.appendonly.subscriber.SubscriberStatus;
import io.github.appendonly.subscriber.SubscriberStatus.State;
import io.github.appendonly.subscriber.Subscribers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

class SubscriberMetricsTests {

	private final AtomicLong now = new AtomicLong();

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final Subscribers subscribers = mock();

	private final SubscriberMetrics metrics = metrics();

	private SubscriberMetrics metrics() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("subscribers", this.subscribers);
		SubscriberMetrics created = new SubscriberMetrics(this.registry, beans.getBeanProvider(Subscribers.class),
				new StackTags(Set.of("orders")), this.now::get);
		created.bindTo(this.registry);
		return created;
	}

	private static SubscriberStatus status(String stack, String id, State state, long lag, Duration behindFor) {
		return new SubscriberStatus(stack, id, state, Position.START, lag, behindFor, 0, Optional.empty(),
				Optional.empty(), Optional.empty(), Optional.empty(), 0, Optional.empty(), 0);
	}

	private double number(String state) {
		return this.registry.get("appendonly.subscribers").tag("state", state).gauge().value();
	}

	@Test
	void statesAndLagsAreSampledAtMostEveryTenSeconds() {
		given(this.subscribers.status())
			.willReturn(List.of(status("orders", "warehouse", State.STOPPED, 7, Duration.ofMillis(2500)),
					status("user-1", "greeter", State.RUNNING, 0, Duration.ZERO)));
		assertThat(number("stopped")).isEqualTo(1);
		assertThat(number("running")).isEqualTo(1);
		assertThat(number("paused")).isZero();
		assertThat(this.registry.get("appendonly.subscriber.lag")
			.tags("stack", "orders", "subscriber", "warehouse")
			.gauge()
			.value()).isEqualTo(7);
		assertThat(this.registry.get("appendonly.subscriber.lag.age")
			.tags("stack", "orders", "subscriber", "warehouse")
			.gauge()
			.value()).isEqualTo(2.5);
		assertThat(
				this.registry.get("appendonly.subscriber.lag").tags("stack", "other", "subscriber", "greeter").gauges())
			.hasSize(1);
		given(this.subscribers.status()).willReturn(List.of());
		this.now.addAndGet(Duration.ofSeconds(9).toNanos());
		assertThat(number("stopped")).isEqualTo(1);
		then(this.subscribers).should(times(1)).status();
		this.now.addAndGet(Duration.ofSeconds(1).toNanos());
		assertThat(number("stopped")).isZero();
		assertThat(this.registry.find("appendonly.subscriber.lag").gauges()).isEmpty();
	}

	@Test
	void databaseThatDoesNotAnswerLeavesNoNumber() {
		given(this.subscribers.status()).willThrow(new DataAccessResourceFailureException("down"));
		assertThat(number("running")).isNaN();
	}

	@Test
	void subscribersBeyondTheFirstHundredShareTheirCounters() {
		List<String> ids = new ArrayList<>();
		for (int number = 0; number < 102; number++) {
			ids.add("subscriber-" + number);
		}
		for (String id : ids) {
			this.metrics.calling("orders", id, new Position(0, 0), 3).handled();
		}
		this.metrics.parked("orders", "subscriber-1", new Position(0, 0));
		this.metrics.calling("orders", "subscriber-1", new Position(0, 0), 3).failed(new IllegalStateException());
		assertThat(this.registry.get("appendonly.subscriber.handled").counters()).hasSize(101);
		assertThat(this.registry.get("appendonly.subscriber.handled").tag("subscriber", "other").counter().count())
			.isEqualTo(6);
		assertThat(
				this.registry.get("appendonly.subscriber.parked").tag("subscriber", "subscriber-1").counter().count())
			.isEqualTo(1);
		assertThat(
				this.registry.get("appendonly.subscriber.failures").tag("subscriber", "subscriber-1").counter().count())
			.isEqualTo(1);
	}

}
