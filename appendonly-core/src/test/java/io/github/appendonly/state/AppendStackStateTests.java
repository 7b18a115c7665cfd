package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.appendonly.ConflictException;
import io.github.appendonly.Gone;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import io.github.appendonly.state.AppendStackState.Outcome;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class AppendStackStateTests {

	private static final StackBounds BOUNDS = new StackBounds(3, 4);

	@SafeVarargs
	@SuppressWarnings("varargs")
	private static AppendStackState<String> state(Layer<String>... newestFirst) {
		return new AppendStackState<>(BOUNDS, List.of(newestFirst));
	}

	private static Layer<String> layer(long generation, String... items) {
		return new Layer<>(generation, List.of(items));
	}

	@Test
	void itemsOfAStackOnTheHeapAreNotGone() {
		Layer<String> layer = new Layer<>(0, List.of("a"), List.of(Gone.entityDeleted(new Position(0, 1), "b")));
		assertThatIllegalArgumentException().isThrownBy(() -> state(layer)).withMessageContaining("0-1");
	}

	@Test
	void erasedItemsStayErasedWhileTheLayerGrowsAndIsPruned() {
		AppendStackState<String> erased = AppendStackState.<String>empty(BOUNDS)
			.pushAll(Numbered.items(0, 2))
			.state()
			.erase(List.of(new Position(0, 1), new Position(7, 7)));
		Layer<String> full = new Layer<>(0, List.of("0", "2", "3"), List.of(Gone.erased(new Position(0, 1))));
		assertThat(erased.pushAll(Numbered.items(2, 4)).state()).isEqualTo(state(full));
		assertThat(erased.pushAll(Numbered.items(2, 13)).pruned()).containsExactly(full);
		assertThat(erased.replace(new Position(0, 0), "x").replace(new Position(0, 1), "y"))
			.isEqualTo(state(new Layer<>(0, List.of("x"), List.of(Gone.erased(new Position(0, 1))))));
	}

	@Test
	void erasuresAndReplacementsOfBothSidesAreMerged() {
		AppendStackState<String> original = state(layer(0, "a", "b", "c", "d"));
		AppendStackState<String> committed = original.erase(List.of(new Position(0, 0)))
			.replace(new Position(0, 2), "committed")
			.push("1")
			.state();
		AppendStackState<String> attempted = original.replace(new Position(0, 0), "lost")
			.replace(new Position(0, 2), "lost")
			.replace(new Position(0, 3), "attempted")
			.erase(List.of(new Position(0, 1)))
			.pushAll(List.of("2", "3"))
			.state()
			.erase(List.of(new Position(1, 0)));
		Layer<String> merged = new Layer<>(0, List.of("committed", "attempted"),
				List.of(Gone.erased(new Position(0, 0)), Gone.erased(new Position(0, 1))));
		assertThat(AppendStackState.resolve(original, committed, attempted).state())
			.isEqualTo(state(layer(1, "1", "3"), merged));
	}

	@Test
	void erasureInALayerThatTheOtherSideHasPrunedIsAConflict() {
		AppendStackState<String> original = AppendStackState.<String>empty(BOUNDS)
			.pushAll(Numbered.items(0, 12))
			.state();
		AppendStackState<String> attempted = original.erase(List.of(new Position(0, 1)));
		assertThatExceptionOfType(ConflictException.class)
			.isThrownBy(() -> AppendStackState.resolve(original, original.push("12").state(), attempted))
			.withMessageContaining("0-1");
	}

	@Test
	void emptyStateIsItsBoundsAndOneEmptyLayer() {
		AppendStackState<String> empty = AppendStackState.empty(BOUNDS);
		assertThat(empty).isEqualTo(state(layer(0)));
		assertThat(empty.bounds()).isEqualTo(BOUNDS);
		assertThat(empty.newest()).isEqualTo(layer(0));
		assertThat(empty.oldest()).isEqualTo(layer(0));
	}

	@Test
	void filledStateIsItsLayersNewestFirst() {
		AppendStackState<String> state = AppendStackState.<String>empty(BOUNDS).pushAll(Numbered.items(0, 6)).state();
		assertThat(state).isEqualTo(state(layer(1, "4", "5"), layer(0, "0", "1", "2", "3")));
		assertThat(state.newest()).isEqualTo(layer(1, "4", "5"));
		assertThat(state.oldest()).isEqualTo(layer(0, "0", "1", "2", "3"));
	}

	@Test
	void droppedLayersAreReportedAndNotInTheState() {
		Outcome<String> outcome = AppendStackState.<String>empty(BOUNDS).pushAll(Numbered.items(0, 19));
		assertThat(outcome.state().newestFirst())
			.isEqualTo(List.of(layer(4, "16", "17", "18"), Numbered.layer(3, 4), Numbered.layer(2, 4)));
		assertThat(outcome.pruned()).isEqualTo(Numbered.layers(0, 2, 4));
	}

	@Test
	void pushPrunesOnlyWhenItOpensALayer() {
		AppendStackState<String> full = AppendStackState.<String>empty(BOUNDS).pushAll(Numbered.items(0, 12)).state();
		Outcome<String> opened = full.push("12");
		assertThat(opened.pruned()).containsExactly(Numbered.layer(0, 4));
		assertThat(opened.state().newest()).isEqualTo(layer(3, "12"));
		assertThat(opened.state().push("13").pruned()).isEmpty();
	}

	@Test
	void pushOfNothingChangesNothing() {
		AppendStackState<String> surplus = new AppendStackState<>(new StackBounds(1, 1),
				List.of(layer(1, "b"), layer(0, "a")));
		Outcome<String> outcome = surplus.pushAll(List.of());
		assertThat(outcome.state()).isEqualTo(surplus);
		assertThat(outcome.pruned()).isEmpty();
	}

	@Test
	void pushLeavesTheStateAsItWas() {
		AppendStackState<String> state = state(layer(1, "b"), layer(0, "a"));
		state.pushAll(Numbered.items(0, 50));
		assertThat(state).isEqualTo(state(layer(1, "b"), layer(0, "a")));
	}

	@Test
	void generationMayStartAnywhere() {
		Outcome<String> outcome = state(layer(7)).pushAll(Numbered.items(0, 5));
		assertThat(outcome.state()).isEqualTo(state(layer(8, "4"), layer(7, "0", "1", "2", "3")));
	}

	@Test
	void olderLayersNeedNotBeFull() {
		AppendStackState<String> state = state(layer(5, "c"), layer(3), layer(2, "a"));
		Outcome<String> outcome = state.pushAll(Numbered.items(0, 4));
		assertThat(outcome.state()).isEqualTo(state(layer(6, "3"), layer(5, "c", "0", "1", "2"), layer(3)));
		assertThat(outcome.pruned()).containsExactly(layer(2, "a"));
	}

	@Test
	void loweredLengthHasLongerLayersCountAsFull() {
		AppendStackState<String> state = state(layer(0, "a", "b", "c")).withBounds(new StackBounds(3, 2));
		assertThat(state.push("d").state().newestFirst()).isEqualTo(List.of(layer(1, "d"), layer(0, "a", "b", "c")));
		AppendStackState<String> exact = state(layer(0, "a", "b")).withBounds(new StackBounds(3, 2));
		assertThat(exact.push("c").state().newestFirst()).isEqualTo(List.of(layer(1, "c"), layer(0, "a", "b")));
	}

	@Test
	void raisedLengthFillsTheNewestLayerFurther() {
		AppendStackState<String> state = state(layer(0, "a", "b", "c", "d")).withBounds(new StackBounds(3, 5));
		assertThat(state.pushAll(List.of("e", "f")).state().newestFirst())
			.isEqualTo(List.of(layer(1, "f"), layer(0, "a", "b", "c", "d", "e")));
	}

	@Test
	void loweredNumberOfLayersPrunesWithTheNextPush() {
		AppendStackState<String> state = state(layer(2, "c"), layer(1, "b"), layer(0, "a"));
		AppendStackState<String> lowered = state.withBounds(new StackBounds(1, 4));
		assertThat(lowered.newestFirst()).isEqualTo(state.newestFirst());
		Outcome<String> outcome = lowered.push("d");
		assertThat(outcome.state().newestFirst()).containsExactly(layer(2, "c", "d"));
		assertThat(outcome.pruned()).containsExactly(layer(0, "a"), layer(1, "b"));
	}

	@Test
	void stateHasAtLeastOneLayer() {
		assertThatIllegalArgumentException().isThrownBy(() -> new AppendStackState<>(BOUNDS, List.of()))
			.withMessageContaining("at least one layer");
	}

	@Test
	void generationsDescend() {
		assertThatIllegalArgumentException().isThrownBy(() -> state(layer(0), layer(1)))
			.withMessageContaining("generation 1 follows 0");
		assertThatIllegalArgumentException().isThrownBy(() -> state(layer(4), layer(3), layer(3)))
			.withMessageContaining("generation 3 follows 3");
	}

	@Test
	void nullsAreRefused() {
		assertThatNullPointerException().isThrownBy(() -> new AppendStackState<>(nothing(), List.of(layer(0))))
			.withMessage("bounds");
		assertThatNullPointerException().isThrownBy(() -> new AppendStackState<>(BOUNDS, nothing()));
		assertThatNullPointerException().isThrownBy(() -> state(layer(0)).push(nothing()));
		assertThatNullPointerException().isThrownBy(() -> state(layer(0)).pushAll(Arrays.asList("a", nothing())));
		assertThatNullPointerException().isThrownBy(() -> new Outcome<>(nothing(), List.of())).withMessage("state");
		assertThatNullPointerException().isThrownBy(() -> new Outcome<>(state(layer(0)), nothing()));
	}

	@Test
	void stateDoesNotChangeWithTheListsItWasMadeFrom() {
		List<Layer<String>> layers = new ArrayList<>(List.of(layer(0, "a")));
		AppendStackState<String> state = new AppendStackState<>(BOUNDS, layers);
		Outcome<String> outcome = new Outcome<>(state, layers);
		layers.clear();
		assertThat(state.newestFirst()).containsExactly(layer(0, "a"));
		assertThat(outcome.pruned()).containsExactly(layer(0, "a"));
	}

	@Test
	void additionsToTheSameLayerFollowEachOther() {
		AppendStackState<String> original = state(layer(0, "o"));
		Outcome<String> merged = AppendStackState.resolve(original, state(layer(0, "o", "c1", "c2")),
				state(layer(0, "o", "m")));
		assertThat(merged.state()).isEqualTo(state(layer(0, "o", "c1", "c2", "m")));
		assertThat(merged.pruned()).isEmpty();
	}

	@Test
	void additionsGoToTheLayerThatTheCommittedStateHasStarted() {
		AppendStackState<String> original = state(layer(0, "o1", "o2", "o3"));
		AppendStackState<String> committed = state(layer(1, "c2"), layer(0, "o1", "o2", "o3", "c1"));
		AppendStackState<String> attempted = state(layer(0, "o1", "o2", "o3", "m"));
		assertThat(AppendStackState.resolve(original, committed, attempted).state())
			.isEqualTo(state(layer(1, "c2", "m"), layer(0, "o1", "o2", "o3", "c1")));
	}

	@Test
	void additionsFillTheCommittedNewestLayerAndTheRestStartsOne() {
		AppendStackState<String> original = state(layer(2, "o"), layer(1, "b"), layer(0, "a"));
		AppendStackState<String> committed = state(layer(2, "o", "c1", "c2"), layer(1, "b"), layer(0, "a"));
		AppendStackState<String> attempted = state(layer(3, "m4"), layer(2, "o", "m1", "m2", "m3"), layer(1, "b"));
		Outcome<String> merged = AppendStackState.resolve(original, committed, attempted);
		assertThat(merged.state())
			.isEqualTo(state(layer(3, "m2", "m3", "m4"), layer(2, "o", "c1", "c2", "m1"), layer(1, "b")));
		assertThat(merged.pruned()).containsExactly(layer(0, "a"));
	}

	@Test
	void mergeMayStartMoreThanOneLayerAndReportsAllThatGo() {
		AppendStackState<String> original = state(layer(0, "o"));
		AppendStackState<String> committed = original.pushAll(Numbered.items(0, 10)).state();
		AppendStackState<String> attempted = original.pushAll(Numbered.items(20, 30)).state();
		Outcome<String> merged = AppendStackState.resolve(original, committed, attempted);
		assertThat(merged.state())
			.isEqualTo(state(layer(5, "29"), layer(4, "25", "26", "27", "28"), layer(3, "21", "22", "23", "24")));
		assertThat(merged.pruned()).containsExactly(layer(0, "o", "0", "1", "2"), layer(1, "3", "4", "5", "6"),
				layer(2, "7", "8", "9", "20"));
	}

	@Test
	void attemptedWithoutAdditionsLeavesTheCommitted() {
		AppendStackState<String> original = state(layer(0, "o"));
		AppendStackState<String> committed = state(layer(1, "c4"), layer(0, "o", "c1", "c2", "c3"));
		Outcome<String> merged = AppendStackState.resolve(original, committed, original);
		assertThat(merged.state()).isEqualTo(committed);
		assertThat(merged.pruned()).isEmpty();
	}

	@Test
	void attemptedWithoutAdditionsTrimsTheCommittedToItsBounds() {
		AppendStackState<String> original = state(layer(3, "o"));
		AppendStackState<String> committed = state(layer(3, "o"), layer(2, "c"), layer(1, "b"), layer(0, "a"));
		Outcome<String> merged = AppendStackState.resolve(original, committed, original);
		assertThat(merged.state()).isEqualTo(state(layer(3, "o"), layer(2, "c"), layer(1, "b")));
		assertThat(merged.pruned()).containsExactly(layer(0, "a"));
	}

	@Test
	void additionsAreFoundWhereTheOriginalsNewestLayerIsMissing() {
		AppendStackState<String> original = state(layer(4, "o"), layer(2, "a"));
		AppendStackState<String> attempted = state(layer(5, "m"), layer(2, "a"));
		assertThat(AppendStackState.resolve(original, original, attempted).state())
			.isEqualTo(state(layer(4, "o", "m"), layer(2, "a")));
	}

	@Test
	void whatTheAttemptedPrunedByItselfIsReportedWhenTheMergeDropsIt() {
		AppendStackState<String> original = AppendStackState.<String>empty(BOUNDS)
			.pushAll(Numbered.items(0, 12))
			.state();
		Outcome<String> attempted = original.push("m");
		assertThat(attempted.pruned()).containsExactly(Numbered.layer(0, 4));
		assertThat(AppendStackState.resolve(original, original, attempted.state()).pruned())
			.containsExactly(Numbered.layer(0, 4));
		Outcome<String> committed = original.push("c");
		assertThat(AppendStackState.resolve(original, committed.state(), attempted.state()).pruned()).isEmpty();
	}

	@Test
	void changedBoundsAreAConflictOnWhicheverSide() {
		AppendStackState<String> original = state(layer(0, "o"));
		for (StackBounds other : List.of(new StackBounds(9, 4), new StackBounds(3, 9))) {
			AppendStackState<String> changed = original.withBounds(other);
			assertConflict(changed, original, original, "bounds");
			assertConflict(original, changed, original, "bounds");
			assertConflict(original, original, changed, "bounds");
			assertConflict(original, changed, changed, "bounds");
			assertThat(AppendStackState.resolve(changed, changed, changed).state()).isEqualTo(changed);
		}
	}

	@Test
	void shorterOlderLayersDoNotHideAChangeOfBounds() {
		AppendStackState<String> original = state(layer(1, "o"), layer(0, "a", "b", "c", "d"));
		AppendStackState<String> attempted = new AppendStackState<>(new StackBounds(3, 3),
				List.of(layer(1, "o", "m"), layer(0, "a", "b")));
		assertConflict(original, original, attempted, "maxLength=3");
	}

	@Test
	void sideThatHasPrunedTheOriginalsNewestLayerIsAConflict() {
		AppendStackState<String> original = state(layer(0, "o"));
		AppendStackState<String> far = state(layer(3, "x"), layer(2, "x"), layer(1, "x"));
		assertConflict(original, far, original, "committed");
		assertConflict(original, original, far, "attempted");
		AppendStackState<String> near = state(layer(2, "x"), layer(1, "x"), layer(0, "o", "x"));
		assertThat(AppendStackState.resolve(original, near, near).state().newest())
			.isEqualTo(layer(2, "x", "x", "x", "x"));
	}

	private static void assertConflict(AppendStackState<String> original, AppendStackState<String> committed,
			AppendStackState<String> attempted, String reason) {
		assertThatExceptionOfType(ConflictException.class)
			.isThrownBy(() -> AppendStackState.resolve(original, committed, attempted))
			.withMessageContaining(reason);
	}

}
