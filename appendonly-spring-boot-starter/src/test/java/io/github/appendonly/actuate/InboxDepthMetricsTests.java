package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.github.appendonly.jpa.StructureOperations;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

class InboxDepthMetricsTests {

	private final StructureOperations operations = mock(StructureOperations.class);

	private long now = Long.MAX_VALUE - 5;

	private Gauge gauge() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new InboxDepthMetrics(this.operations, new StackTags(List.of("news")), List.of("feed-"), () -> this.now)
			.bindTo(registry);
		return registry.get("appendonly.inbox").tag("stack", "news").gauge();
	}

	@Test
	void databaseIsAskedEveryTenSecondsAtMost() {
		given(this.operations.waiting("news")).willReturn(1L, 2L, 3L);
		Gauge gauge = gauge();
		assertThat(gauge.value()).isEqualTo(1);
		this.now += Duration.ofSeconds(10).toNanos() - 1;
		assertThat(gauge.value()).isEqualTo(1);
		this.now++;
		assertThat(gauge.value()).isEqualTo(2);
		assertThat(gauge.value()).isEqualTo(2);
		then(this.operations).should(times(2)).waiting("news");
	}

	@Test
	void transactionsThatWaitOnThisNodeAreCountedAndTimed() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new InboxDepthMetrics(this.operations, new StackTags(List.of()), List.of()).bindTo(registry);
		given(this.operations.waitingTransactions()).willReturn(7, 0);
		given(this.operations.longestWait()).willReturn(Optional.of(Duration.ofMillis(1500)))
			.willReturn(Optional.empty());
		assertThat(registry.get("appendonly.inbox.transactions").gauge().value()).isEqualTo(7);
		assertThat(registry.get("appendonly.inbox.transactions").gauge().value()).isZero();
		assertThat(registry.get("appendonly.inbox.age").timeGauge().value(TimeUnit.MILLISECONDS)).isEqualTo(1500);
		assertThat(registry.get("appendonly.inbox.age").timeGauge().value(TimeUnit.MILLISECONDS)).isZero();
	}

	@Test
	void nothingIsKnownWhileTheDatabaseDoesNotAnswer() {
		given(this.operations.waiting("news")).willThrow(new DataAccessResourceFailureException("away")).willReturn(4L);
		Gauge gauge = gauge();
		assertThat(gauge.value()).isNaN();
		assertThat(gauge.value()).isNaN();
		then(this.operations).should(times(1)).waiting("news");
		this.now += Duration.ofSeconds(10).toNanos();
		assertThat(gauge.value()).isEqualTo(4);
	}

}
