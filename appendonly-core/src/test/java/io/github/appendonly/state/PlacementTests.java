package io.github.appendonly.state;

import java.util.ArrayList;
import java.util.List;

import io.github.appendonly.StackBounds;
import io.github.appendonly.state.Placement.Extent;
import io.github.appendonly.state.Placement.Run;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlacementTests {

	private static final StackBounds BOUNDS = new StackBounds(2, 3);

	@Test
	void nothingIsPlacedNowhere() {
		assertThat(Placement.of(BOUNDS, new Extent(9, 4, 1), 0)).isEqualTo(new Placement(List.of(), 0));
	}

	@Test
	void newestLayerIsFilledFirst() {
		assertThat(Placement.of(BOUNDS, new Extent(1, 4, 1), 2)).isEqualTo(new Placement(List.of(new Run(4, 1, 2)), 0));
	}

	@Test
	void fullLayersFollowAndTheOldestGo() {
		assertThat(Placement.of(BOUNDS, new Extent(2, 4, 1), 6))
			.isEqualTo(new Placement(List.of(new Run(4, 1, 2), new Run(5, 0, 3), new Run(6, 0, 1)), 2));
	}

	@Test
	void fullNewestLayerTakesNoMore() {
		assertThat(Placement.of(BOUNDS, new Extent(1, 4, 3), 1)).isEqualTo(new Placement(List.of(new Run(5, 0, 1)), 0));
		assertThat(Placement.of(BOUNDS, new Extent(1, 4, 7), 1)).isEqualTo(new Placement(List.of(new Run(5, 0, 1)), 0));
	}

	@Test
	void itemsBeyondTheBoundsPruneLayersOfTheirOwn() {
		Placement placement = Placement.of(BOUNDS, new Extent(1, 0, 0), 30);
		assertThat(placement.runs()).hasSize(10);
		assertThat(placement.pruned()).isEqualTo(8);
	}

	@Test
	void runEndsWhereTheNextItemWouldGo() {
		assertThat(new Run(4, 1, 2).end()).isEqualTo(3);
	}

	@Test
	void surplusIsWhatTheBoundsDoNotAllow() {
		assertThat(Placement.surplus(1, BOUNDS)).isZero();
		assertThat(Placement.surplus(2, BOUNDS)).isZero();
		assertThat(Placement.surplus(5, BOUNDS)).isEqualTo(3);
		assertThat(Placement.surplus(10_000_000_000L, BOUNDS)).isEqualTo(9_999_999_998L);
	}

	@Test
	void placementDoesNotChangeWithTheListItWasMadeFrom() {
		List<Run> runs = new ArrayList<>(List.of(new Run(4, 1, 2)));
		Placement placement = new Placement(runs, 0);
		runs.clear();
		assertThat(placement.runs()).containsExactly(new Run(4, 1, 2));
	}

}
