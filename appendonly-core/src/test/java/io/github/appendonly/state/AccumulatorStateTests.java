package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class AccumulatorStateTests {

	private static final AccumulatorState<String> ORIGINAL = state("o1", "o2");

	private static AccumulatorState<String> state(String... items) {
		return new AccumulatorState<>(List.of(items));
	}

	private static AccumulatorState<String> resolve(AccumulatorState<String> committed,
			AccumulatorState<String> attempted) {
		return AccumulatorState.resolve(ORIGINAL, committed, attempted);
	}

	@Test
	void emptyStateHasNoItems() {
		assertThat(AccumulatorState.<String>empty()).isEqualTo(state());
	}

	@Test
	void additionsGoToTheEnd() {
		assertThat(state("a").append("b")).isEqualTo(state("a", "b"));
		assertThat(state("a").extend(List.of("b", "a"))).isEqualTo(state("a", "b", "a"));
		assertThat(state("a").extend(List.of())).isEqualTo(state("a"));
	}

	@Test
	void oldestItemsAreTaken() {
		assertThat(state("a", "b", "c").without(2)).isEqualTo(state("c"));
		assertThat(state("a", "b", "c").without(0)).isEqualTo(state("a", "b", "c"));
		assertThat(state("a", "b", "c").without(3)).isEqualTo(state());
	}

	@Test
	void nullsAreRefused() {
		assertThatNullPointerException().isThrownBy(() -> new AccumulatorState<>(nothing()));
		assertThatNullPointerException().isThrownBy(() -> state().append(nothing()));
		assertThatNullPointerException().isThrownBy(() -> state().extend(Arrays.asList("a", nothing())));
	}

	@Test
	void stateDoesNotChangeWithTheListItWasMadeFrom() {
		List<String> items = new ArrayList<>(List.of("a"));
		AccumulatorState<String> state = new AccumulatorState<>(items);
		items.clear();
		assertThat(state).isEqualTo(state("a"));
	}

	@Test
	void bothAppended() {
		assertThat(resolve(state("o1", "o2", "c1", "c2"), state("o1", "o2", "m1", "m2")))
			.isEqualTo(state("o1", "o2", "c1", "c2", "m1", "m2"));
	}

	@Test
	void neitherDidAnything() {
		assertThat(resolve(ORIGINAL, ORIGINAL)).isEqualTo(ORIGINAL);
	}

	@Test
	void committedConsumedAndAttemptedAppended() {
		assertThat(resolve(state(), state("o1", "o2", "m"))).isEqualTo(state("m"));
	}

	@Test
	void attemptedConsumedAndCommittedAppended() {
		assertThat(resolve(state("o1", "o2", "c"), state())).isEqualTo(state("c"));
	}

	@Test
	void bothConsumed() {
		assertThat(resolve(state(), state())).isEqualTo(state());
	}

	@Test
	void committedAppendedAndAttemptedConsumedAndAppended() {
		assertThat(resolve(state("o1", "o2", "c"), state("m"))).isEqualTo(state("c", "m"));
	}

	@Test
	void committedConsumedAndAttemptedConsumedAndAppended() {
		assertThat(resolve(state(), state("m"))).isEqualTo(state("m"));
	}

	@Test
	void attemptedAppendedAndCommittedConsumedAndAppended() {
		assertThat(resolve(state("c"), state("o1", "o2", "m"))).isEqualTo(state("c", "m"));
	}

	@Test
	void attemptedConsumedAndCommittedConsumedAndAppended() {
		assertThat(resolve(state("c"), state())).isEqualTo(state("c"));
	}

	@Test
	void bothConsumedAndAppended() {
		assertThat(resolve(state("c1", "c2"), state("m1", "m2"))).isEqualTo(state("c1", "c2", "m1", "m2"));
	}

	@Test
	void stateThatDoesNotBeginWithAllOfTheOriginalHasConsumed() {
		assertThat(resolve(state("o1"), state("o1", "o2", "m"))).isEqualTo(state("o1", "m"));
		assertThat(resolve(state("o2", "o1"), ORIGINAL)).isEqualTo(state("o2", "o1"));
		assertThat(resolve(ORIGINAL, state("o1", "other", "m"))).isEqualTo(state("o1", "other", "m"));
	}

	@Test
	void everyStateAppendsToAnEmptyOriginal() {
		assertThat(AccumulatorState.resolve(state(), state("c"), state("m"))).isEqualTo(state("c", "m"));
	}

}
