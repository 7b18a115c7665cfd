package io.github.appendonly.memory;

import java.util.List;

import io.github.appendonly.Archive;
import io.github.appendonly.ArchiveContractTests;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.state.ArchiveState;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class InMemoryArchiveTests extends ArchiveContractTests {

	@Override
	protected Archive<String> archive() {
		return new InMemoryArchive<>();
	}

	@Test
	void restoredArchiveGoesOnWhereTheOtherWas() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		assertThat(archive.state()).isEqualTo(ArchiveState.empty());
		Numbered.layers(2, 5, 3).forEach(archive::addLayer);
		InMemoryArchive<String> restored = new InMemoryArchive<>(archive.state());
		assertThat(restored).containsExactlyElementsOf(archive);
		restored.addLayer(Numbered.layer(5, 3));
		assertThat(restored.layerCount()).isEqualTo(4);
		assertThat(archive.layerCount()).isEqualTo(3);
	}

	@Test
	void layersAreFoundAmongMany() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		for (int generation = 1; generation < 200; generation += 2) {
			archive.addLayer(new Layer<>(generation, List.of("item " + generation)));
		}
		for (int generation = 0; generation < 201; generation++) {
			boolean there = generation % 2 == 1 && generation < 200;
			assertThat(archive.layer(generation).isPresent()).isEqualTo(there);
			assertThat(archive.get(new Position(generation, 0)).isPresent()).isEqualTo(there);
			assertThat(archive.older(new Position(generation, 0))).hasSize(Math.min(100, generation / 2));
			assertThat(archive.newer(new Position(generation, 0))).hasSize(Math.max(0, 100 - (generation + 1) / 2));
		}
	}

	@Test
	void nullStateIsRefused() {
		assertThatNullPointerException().isThrownBy(() -> new InMemoryArchive<String>(nothing())).withMessage("state");
	}

}
