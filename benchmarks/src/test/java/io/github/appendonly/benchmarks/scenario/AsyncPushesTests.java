package io.github.appendonly.benchmarks.scenario;

import java.time.Duration;

import io.github.appendonly.AppendStack;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.LocalContender;
import io.github.appendonly.benchmarks.measure.Load;
import io.github.appendonly.benchmarks.measure.Round;
import io.github.appendonly.memory.InMemoryAppendStack;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that pushes in flight are counted when they are done, and verified in any case.
 */
class AsyncPushesTests {

	private static final int IN_FLIGHT = 100;

	private final AppendStack<Order> stack = new InMemoryAppendStack<>();

	@Test
	void pushesInFlightAreVerified() {
		AsyncPushes pushes = new AsyncPushes(this.stack, IN_FLIGHT);
		Round round = new LocalContender("pushAsync", pushes,
				pushes.and((ledger) -> this.stack.forEach((entry) -> ledger.stored(entry.item().number()))))
			.play(new Load(3, false, Duration.ZERO, 1))
			.get(0);
		assertThat(round.lost()).isZero();
		assertThat(round.items()).isBetween(3L, 3L * IN_FLIGHT);
		assertThat(this.stack.size()).isEqualTo(3 * IN_FLIGHT);
	}

}
