package io.github.appendonly.memory;

import java.util.List;

import io.github.appendonly.Archive;
import io.github.appendonly.ArchiveContractTests;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
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

	private static Gone gone(long generation, int index) {
		return Gone.entityDeleted(new Position(generation, index), "id");
	}

	@Test
	void whatIsGoneIsLeftOutAndKeepsItsPosition() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		archive.addLayer(new Layer<>(1, List.of("b"), List.of(gone(1, 0), gone(1, 2))));
		archive.addLayer(new Layer<>(2, List.of(), List.of(gone(2, 0), gone(2, 1))));
		archive.addLayer(new Layer<>(3, List.of("a", "d"), List.of(gone(3, 1), gone(3, 2))));
		List<Entry<String>> newestFirst = List.of(Entry.of(3, 3, "d"), Entry.of(3, 0, "a"), Entry.of(1, 1, "b"));
		assertThat(archive).containsExactlyElementsOf(newestFirst);
		assertThat(archive.newest(2)).isEqualTo(newestFirst.subList(0, 2));
		assertThat(archive.older(new Position(3, 3), 1)).isEqualTo(newestFirst.subList(1, 2));
		assertThat(archive.newer(new Position(2, 1))).containsExactlyElementsOf(newestFirst.subList(0, 2));
		assertThat(archive.get(new Position(3, 2))).isEmpty();
		assertThat(archive.get(new Position(3, 3))).contains("d");
		assertThat(archive.size()).isEqualTo(9);
		assertThat(archive.layer(3).orElseThrow().entries()).containsExactly(Entry.of(3, 0, "a"), Entry.of(3, 3, "d"));
	}

	@Test
	void readerThatFollowsIsToldWhatIsGone() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		archive.addLayer(new Layer<>(2, List.of("b"), List.of(gone(2, 0), gone(2, 2))));
		archive.addLayer(new Layer<>(3, List.of(), List.of(gone(3, 0))));
		assertThat(archive.fromOldest(9)).isEqualTo(new Changes<>(List.of(Entry.of(2, 1, "b")), new Position(3, 0),
				true, false, false, List.of(gone(2, 0), gone(2, 2), gone(3, 0))));
		assertThat(archive.fromOldest(1))
			.isEqualTo(new Changes<>(List.of(), new Position(2, 0), false, false, false, List.of(gone(2, 0))));
		assertThat(archive.since(new Position(2, 0), 2)).isEqualTo(new Changes<>(List.of(Entry.of(2, 1, "b")),
				new Position(2, 2), false, false, false, List.of(gone(2, 2))));
		assertThat(archive.since(new Position(2, 2), 2))
			.isEqualTo(new Changes<>(List.of(), new Position(3, 0), true, false, false, List.of(gone(3, 0))));
	}

	@Test
	void nullStateIsRefused() {
		assertThatNullPointerException().isThrownBy(() -> new InMemoryArchive<String>(nothing())).withMessage("state");
	}

}
