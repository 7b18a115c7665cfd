package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.ConflictException;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.StackBounds;
import io.github.appendonly.state.AppendStackState.Outcome;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AppendStackStatePropertyTests {

	/**
	 * Returns any legal state: generations may be skipped, layers may be empty, not full
	 * or too long, and there may be too many.
	 */
	@Provide
	Arbitrary<AppendStackState<String>> states() {
		Arbitrary<StackBounds> bounds = Combinators
			.combine(Arbitraries.integers().between(1, 4), Arbitraries.integers().between(1, 4))
			.as(StackBounds::new);
		Arbitrary<List<Integer>> steps = Arbitraries.frequency(Tuple.of(4, 1), Tuple.of(1, 3))
			.list()
			.ofMinSize(1)
			.ofMaxSize(5);
		Arbitrary<List<Integer>> lengths = Arbitraries.integers().between(0, 5).list().ofSize(5);
		return Combinators.combine(bounds, Arbitraries.longs().between(0, 5), steps, lengths)
			.as(AppendStackStatePropertyTests::state);
	}

	private static AppendStackState<String> state(StackBounds bounds, long oldest, List<Integer> steps,
			List<Integer> lengths) {
		List<Layer<String>> oldestFirst = new ArrayList<>();
		long generation = oldest;
		for (int i = 0; i < steps.size(); i++) {
			long own = generation;
			List<String> items = Numbered.items(0, lengths.get(i)).stream().map((item) -> "o" + own + item).toList();
			oldestFirst.add(new Layer<>(generation, items));
			generation += steps.get(i);
		}
		return new AppendStackState<>(bounds, Numbered.reversed(oldestFirst));
	}

	@Property
	void pushingTogetherIsPushingOneByOne(@ForAll("states") AppendStackState<String> state,
			@ForAll @IntRange(min = 1, max = 40) int count) {
		Outcome<String> together = state.pushAll(items("c", count));
		AppendStackState<String> last = state;
		List<Layer<String>> pruned = new ArrayList<>();
		for (String item : items("c", count)) {
			Outcome<String> one = last.push(item);
			pruned.addAll(one.pruned());
			last = one.state();
		}
		assertThat(together.state()).isEqualTo(last);
		assertThat(together.pruned()).isEqualTo(pruned);
	}

	@Property
	void pushLosesNothingButWhatItReports(@ForAll("states") AppendStackState<String> state,
			@ForAll @IntRange(min = 1, max = 40) int count) {
		Outcome<String> outcome = state.pushAll(items("c", count));
		List<String> expected = oldestFirst(state);
		expected.addAll(items("c", count));
		assertThat(everything(outcome)).isEqualTo(expected);
		assertWithinBounds(outcome.state(), state);
	}

	@Property
	void mergePushesWhatWasAttemptedOntoTheCommitted(@ForAll("states") AppendStackState<String> original,
			@ForAll @IntRange(min = 0, max = 20) int committedItems,
			@ForAll @IntRange(min = 0, max = 20) int attemptedItems) {
		AppendStackState<String> committed = original.pushAll(items("c", committedItems)).state();
		AppendStackState<String> attempted = original.pushAll(items("m", attemptedItems)).state();
		if (hasPruned(original, committed) || hasPruned(original, attempted)) {
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> AppendStackState.resolve(original, committed, attempted));
			return;
		}
		Outcome<String> merged = AppendStackState.resolve(original, committed, attempted);
		List<String> expected = oldestFirst(committed);
		expected.addAll(items("m", attemptedItems));
		assertThat(everything(merged)).isEqualTo(expected);
		assertWithinBounds(merged.state(), committed);
		if (attemptedItems > 0) {
			assertThat(merged).isEqualTo(committed.pushAll(items("m", attemptedItems)));
		}
		assertThat(committed).isEqualTo(original.pushAll(items("c", committedItems)).state());
		assertThat(attempted).isEqualTo(original.pushAll(items("m", attemptedItems)).state());
	}

	@Property
	void mergeWithAnUnchangedSideIsTheOtherSide(@ForAll("states") AppendStackState<String> original,
			@ForAll @IntRange(min = 1, max = 20) int items) {
		AppendStackState<String> changed = original.pushAll(items("c", items)).state();
		if (!hasPruned(original, changed)) {
			assertThat(AppendStackState.resolve(original, changed, original))
				.isEqualTo(new Outcome<>(changed, List.of()));
			assertThat(AppendStackState.resolve(original, original, changed).state()).isEqualTo(changed);
		}
	}

	@Property
	void mergeOfUnrelatedStatesLosesNothingOfTheCommitted(@ForAll("states") AppendStackState<String> original,
			@ForAll("states") AppendStackState<String> left, @ForAll("states") AppendStackState<String> right) {
		AppendStackState<String> committed = left.withBounds(original.bounds());
		AppendStackState<String> attempted = right.withBounds(original.bounds());
		if (hasPruned(original, committed) || hasPruned(original, attempted)) {
			return;
		}
		Outcome<String> merged = AppendStackState.resolve(original, committed, attempted);
		List<String> kept = oldestFirst(committed);
		assertThat(everything(merged).subList(0, kept.size())).isEqualTo(kept);
		assertThat(merged.state().newestFirst().size()).isLessThanOrEqualTo(original.bounds().maxLayers());
	}

	private static boolean hasPruned(AppendStackState<String> original, AppendStackState<String> side) {
		return side.oldest().generation() > original.newest().generation();
	}

	/** No layer is too many, and only layers that were too long before still are. */
	private static void assertWithinBounds(AppendStackState<String> state, AppendStackState<String> before) {
		List<Layer<String>> layers = state.newestFirst();
		assertThat(layers.size()).isLessThanOrEqualTo(state.bounds().maxLayers());
		for (Layer<String> layer : layers) {
			boolean grown = before.newestFirst().stream().noneMatch(layer::equals);
			if (grown) {
				assertThat(layer.length()).isBetween(1, state.bounds().maxLength());
			}
		}
	}

	private static List<String> items(String writer, int count) {
		return Numbered.items(0, count).stream().map((item) -> writer + item).toList();
	}

	private static List<String> oldestFirst(AppendStackState<String> state) {
		List<String> items = new ArrayList<>();
		Numbered.reversed(state.newestFirst()).forEach((layer) -> items.addAll(layer.items()));
		return items;
	}

	private static List<String> everything(Outcome<String> outcome) {
		List<String> items = new ArrayList<>();
		outcome.pruned().forEach((layer) -> items.addAll(layer.items()));
		items.addAll(oldestFirst(outcome.state()));
		return items;
	}

}
