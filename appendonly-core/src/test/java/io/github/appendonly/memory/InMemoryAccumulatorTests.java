package io.github.appendonly.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AccumulatorContractTests;
import io.github.appendonly.state.AccumulatorState;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class InMemoryAccumulatorTests extends AccumulatorContractTests {

	@Override
	protected Accumulator<String> accumulator() {
		return new InMemoryAccumulator<>();
	}

	@Test
	void accumulatorMayStartWithItemsWhichItCopies() {
		List<String> items = new ArrayList<>(List.of("a", "b"));
		InMemoryAccumulator<String> accumulator = new InMemoryAccumulator<>(items);
		items.add("c");
		assertThat(accumulator).containsExactly("a", "b");
		assertThatNullPointerException().isThrownBy(() -> new InMemoryAccumulator<>(Arrays.asList("a", nothing())));
	}

	@Test
	void restoredAccumulatorGoesOnWhereTheOtherWas() {
		InMemoryAccumulator<String> accumulator = new InMemoryAccumulator<>(List.of("a", "b"));
		assertThat(accumulator.state()).isEqualTo(new AccumulatorState<>(List.of("a", "b")));
		InMemoryAccumulator<String> restored = new InMemoryAccumulator<>(accumulator.state());
		assertThat(restored.consume()).containsExactly("a", "b");
		assertThat(restored.state()).isEqualTo(AccumulatorState.empty());
		assertThat(accumulator.size()).isEqualTo(2);
		assertThat(new InMemoryAccumulator<>(AccumulatorState.<String>empty())).isEmpty();
	}

	@Test
	void iterationSeesOneMoment() {
		InMemoryAccumulator<String> accumulator = new InMemoryAccumulator<>(List.of("a", "b"));
		Iterator<String> iterator = accumulator.iterator();
		accumulator.consume();
		accumulator.append("c");
		assertThat(iterator).toIterable().containsExactly("a", "b");
	}

}
