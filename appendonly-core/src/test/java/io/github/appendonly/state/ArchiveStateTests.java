package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.ConflictException;
import io.github.appendonly.Gone;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class ArchiveStateTests {

	@SafeVarargs
	@SuppressWarnings("varargs")
	private static ArchiveState<String> state(Layer<String>... newestFirst) {
		return new ArchiveState<>(List.of(newestFirst));
	}

	private static Layer<String> layer(long generation, String... items) {
		return new Layer<>(generation, List.of(items));
	}

	@Test
	void emptyStateHasNoLayers() {
		assertThat(ArchiveState.empty()).isEqualTo(state());
		assertThat(ArchiveState.empty().newestGeneration()).isEmpty();
	}

	@Test
	void addedLayerBecomesTheNewest() {
		ArchiveState<String> first = ArchiveState.<String>empty().addLayer(layer(2, "a"));
		ArchiveState<String> second = first.addLayer(layer(7));
		assertThat(second).isEqualTo(state(layer(7), layer(2, "a")));
		assertThat(second.newestGeneration()).hasValue(7);
		assertThat(first).isEqualTo(state(layer(2, "a")));
	}

	@Test
	void layerThatIsNotNewerIsRefused() {
		ArchiveState<String> state = state(layer(7), layer(2, "a"));
		for (long generation : new long[] { 0, 2, 6, 7 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> state.addLayer(layer(generation)))
				.withMessageContaining("generation " + generation)
				.withMessageContaining("newest is 7");
		}
	}

	@Test
	void generationsDescend() {
		assertThatIllegalArgumentException().isThrownBy(() -> state(layer(0), layer(1)))
			.withMessageContaining("generation 1 follows 0");
		assertThatIllegalArgumentException().isThrownBy(() -> state(layer(1), layer(1)));
	}

	@Test
	void nullsAreRefused() {
		assertThatNullPointerException().isThrownBy(() -> new ArchiveState<>(nothing()));
		assertThatNullPointerException().isThrownBy(() -> state().addLayer(nothing()));
	}

	@Test
	void stateDoesNotChangeWithTheListItWasMadeFrom() {
		List<Layer<String>> layers = new ArrayList<>(List.of(layer(0)));
		ArchiveState<String> state = new ArchiveState<>(layers);
		layers.clear();
		assertThat(state).isEqualTo(state(layer(0)));
	}

	@Test
	void committedStandsWhereTheNewestGenerationsAreTheSame() {
		ArchiveState<String> original = state(layer(0, "o"));
		ArchiveState<String> committed = state(layer(1, "c"), layer(0, "o"));
		ArchiveState<String> attempted = state(layer(1, "something", "else"));
		assertThat(ArchiveState.resolve(original, committed, attempted)).isSameAs(committed);
		assertThat(ArchiveState.resolve(original, original, original)).isSameAs(original);
		assertThat(ArchiveState.resolve(original, state(), state())).isEqualTo(state());
	}

	@Test
	void erasuresOfBothSidesAreMerged() {
		ArchiveState<String> original = state(layer(1, "b"), layer(0, "a", "o"));
		ArchiveState<String> merged = ArchiveState.resolve(original, original.erase(List.of(new Position(1, 0))),
				original.erase(List.of(new Position(0, 0))).replace(new Position(0, 1), "p"));
		assertThat(merged).isEqualTo(state(new Layer<>(1, List.of(), List.of(Gone.erased(new Position(1, 0)))),
				new Layer<>(0, List.of("p"), List.of(Gone.erased(new Position(0, 0))))));
	}

	@Test
	void differentNewestGenerationsAreAConflict() {
		ArchiveState<String> original = state(layer(0, "o"));
		ArchiveState<String> one = original.addLayer(layer(1));
		ArchiveState<String> two = original.addLayer(layer(2));
		assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> ArchiveState.resolve(original, one, two))
			.withMessageContaining("committed generation 1, attempted generation 2");
		assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> ArchiveState.resolve(original, two, one));
		assertThatExceptionOfType(ConflictException.class)
			.isThrownBy(() -> ArchiveState.resolve(state(), state(), original))
			.withMessageContaining("committed none, attempted generation 0");
	}

}
