package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

class AccumulatorStatePropertyTests {

	/** The changes of one side: 0 consumes all items, another number appends as many. */
	@Provide
	Arbitrary<List<Integer>> changes() {
		return Arbitraries.integers().between(0, 3).list().ofMaxSize(4);
	}

	@Property
	void whatEitherSideConsumedIsGoneAndWhatBothAddedIsKept(@ForAll @IntRange(min = 0, max = 5) int waiting,
			@ForAll("changes") List<Integer> committedChanges, @ForAll("changes") List<Integer> attemptedChanges) {
		List<String> items = new ArrayList<>();
		for (int i = 0; i < waiting; i++) {
			items.add("o" + i);
		}
		AccumulatorState<String> original = new AccumulatorState<>(items);
		Side committed = new Side("c", original, committedChanges);
		Side attempted = new Side("m", original, attemptedChanges);
		List<String> expected = new ArrayList<>();
		if (!committed.consumed && !attempted.consumed) {
			expected.addAll(items);
		}
		expected.addAll(committed.added);
		expected.addAll(attempted.added);
		assertThat(AccumulatorState.resolve(original, committed.state, attempted.state).items()).isEqualTo(expected);
	}

	private static final class Side {

		private final List<String> added = new ArrayList<>();

		private AccumulatorState<String> state;

		private boolean consumed;

		Side(String name, AccumulatorState<String> original, List<Integer> changes) {
			this.state = original;
			int number = 0;
			for (int change : changes) {
				if (change == 0) {
					this.state = this.state.without(this.state.items().size());
					this.added.clear();
					this.consumed = true;
				}
				for (int i = 0; i < change; i++) {
					String item = name + number++;
					this.state = this.state.append(item);
					this.added.add(item);
				}
			}
		}

	}

}
