package io.github.appendonly.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.jpa.sequencer.SequencerListener.Batch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What is remembered of failures, and for how long.
 */
class AppendOnlyHealthIndicatorTests {

	private final PlacementFailures failures = new PlacementFailures();

	private static Batch batch(Optional<Throwable> failure) {
		return new Batch("news", 0, 1, 1, 0, Duration.ZERO, List.of(), failure);
	}

	@Test
	void onlySomeOfManyFailuresAreRememberedAndFewAreShown() {
		StructureOperations operations = mock(StructureOperations.class);
		given(operations.waiting(anyString())).willReturn(1L);
		for (int number = 0; number < 150; number++) {
			this.failures.notPlaced("stack-" + number, new IllegalStateException("no"));
		}
		assertThat(this.failures.unplaced()).hasSize(100);
		this.failures.notPlaced("stack-1", new IllegalStateException("again"));
		assertThat(this.failures.unplaced().get("stack-1")).hasMessage("again");
		Health health = Objects.requireNonNull(new AppendOnlyHealthIndicator(operations, this.failures).health());
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat((Map<?, ?>) health.getDetails().get("notPlaced")).hasSize(10);
	}

	@Test
	void placingThatIsBehindIsTold() {
		StructureOperations operations = mock(StructureOperations.class);
		AppendOnlyHealthIndicator indicator = new AppendOnlyHealthIndicator(operations, this.failures);
		given(operations.waitingTransactions()).willReturn(7);
		given(operations.longestWait()).willReturn(Optional.of(Duration.ofMillis(9999)))
			.willReturn(Optional.of(Duration.ofSeconds(10)))
			.willReturn(Optional.empty());
		assertThat(Objects.requireNonNull(indicator.health()).getDetails()).isEmpty();
		Health behind = Objects.requireNonNull(indicator.health());
		assertThat(behind.getStatus()).isEqualTo(Status.UP);
		assertThat(behind.getDetails())
			.containsExactly(Map.entry("behind", Map.of("longestWait", "PT10S", "transactions", "at least 7")));
		assertThat(Objects.requireNonNull(indicator.health()).getDetails()).isEmpty();
	}

	@Test
	void failureIsRememberedUntilABatchThatBeganAfterItSucceeds() {
		Consumer<Batch> earlier = this.failures.begun("news", List.of());
		this.failures.notPlaced("news", new IllegalStateException("first"));
		earlier.accept(batch(Optional.empty()));
		assertThat(this.failures.unplaced()).containsOnlyKeys("news");
		this.failures.begun("news", List.of()).accept(batch(Optional.of(new IllegalStateException("first"))));
		assertThat(this.failures.unplaced()).containsOnlyKeys("news");
		Consumer<Batch> between = this.failures.begun("news", List.of());
		this.failures.notPlaced("news", new IllegalStateException("second"));
		between.accept(batch(Optional.empty()));
		assertThat(this.failures.unplaced().get("news")).hasMessage("second");
		this.failures.begun("news", List.of()).accept(batch(Optional.empty()));
		assertThat(this.failures.unplaced()).isEmpty();
	}

	@Test
	void pruningForgetsWhatCouldNotBePruned() {
		this.failures.notPruned("news", new IllegalStateException("no"));
		this.failures.notPruned("other", new IllegalStateException("no"));
		this.failures.pruned("news", 1, 0);
		assertThat(this.failures.unpruned()).containsOnlyKeys("other");
	}

}
