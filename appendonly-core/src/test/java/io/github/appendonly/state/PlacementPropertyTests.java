package io.github.appendonly.state;

import java.util.List;

import io.github.appendonly.StackBounds;
import io.github.appendonly.state.Placement.Extent;
import io.github.appendonly.state.Placement.Run;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

class PlacementPropertyTests {

	@Property
	void itemsFallIntoLayersWithoutGapsAndWithinTheBounds(@ForAll @IntRange(min = 1, max = 6) int maxLayers,
			@ForAll @IntRange(min = 1, max = 6) int maxLength, @ForAll @IntRange(min = 1, max = 9) int layers,
			@ForAll @LongRange(min = 0, max = 5_000_000_000L) long generation,
			@ForAll @IntRange(min = 0, max = 9) int length, @ForAll @IntRange(min = 0, max = 60) int count) {
		StackBounds bounds = new StackBounds(maxLayers, maxLength);
		Placement placement = Placement.of(bounds, new Extent(layers, generation, length), count);
		long nextGeneration = generation;
		int nextIndex = length;
		int placed = 0;
		for (Run run : placement.runs()) {
			boolean open = nextIndex < maxLength;
			assertThat(run.generation()).isEqualTo(open ? nextGeneration : nextGeneration + 1);
			assertThat(run.firstIndex()).isEqualTo(open ? nextIndex : 0);
			assertThat(run.length()).isPositive();
			assertThat(run.end()).isLessThanOrEqualTo(maxLength);
			nextGeneration = run.generation();
			nextIndex = run.end();
			placed += run.length();
		}
		assertThat(placed).isEqualTo(count);
		List<Run> runs = placement.runs();
		assertThat(runs.stream().limit(Math.max(0, runs.size() - 1)).map(Run::end)).allMatch((end) -> end == maxLength);
		long after = layers + nextGeneration - generation;
		assertThat(placement.pruned()).isEqualTo((count == 0) ? 0 : Math.max(0, after - maxLayers));
	}

}
