package io.github.appendonly;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * The contract of every {@link Archive}, outside of transactions. Extend this class for
 * an implementation. Each call of the factory method must return a new archive without
 * layers.
 */
public abstract class ArchiveContractTests {

	protected abstract Archive<String> archive();

	private Archive<String> filled(int from, int to, int length) {
		Archive<String> archive = archive();
		Numbered.layers(from, to, length).forEach(archive::addLayer);
		return archive;
	}

	/** Generations 2, 5 (without items) and 9, with 3, 0 and 2 items. */
	private Archive<String> withGaps() {
		Archive<String> archive = archive();
		archive.addLayer(new Layer<>(2, List.of("a", "b", "c")));
		archive.addLayer(new Layer<>(5, List.of()));
		archive.addLayer(new Layer<>(9, List.of("x", "y")));
		return archive;
	}

	@Test
	void emptyArchiveHasNothingToRead() {
		Archive<String> archive = archive();
		assertThat(archive).isEmpty();
		assertThat(archive.stream()).isEmpty();
		assertThat(archive.layers()).isEmpty();
		assertThat(archive.layer(0)).isEmpty();
		assertThat(archive.layerCount()).isZero();
		assertThat(archive.newestGeneration()).isEmpty();
		assertThat(archive.size()).isZero();
		assertThat(archive.isEmpty()).isTrue();
		assertThat(archive.newest()).isEmpty();
		assertThat(archive.newest(3)).isEmpty();
		assertThat(archive.newer(new Position(0, 0))).isEmpty();
		assertThat(archive.older(new Position(3, 3))).isEmpty();
		assertThat(archive.older(new Position(3, 3), 3)).isEmpty();
		assertThat(archive.get(new Position(0, 0))).isEmpty();
		assertThat(archive.fromOldest(3)).isEqualTo(new Changes<>(List.of(), Position.START, true, false));
		assertThat(archive.since(new Position(7, 0), 3))
			.isEqualTo(new Changes<>(List.of(), new Position(7, 0), true, false, true, List.of()));
	}

	@Test
	void iterationGoesFromTheNewestLayerDown() {
		assertThat(filled(0, 3, 4)).containsExactlyElementsOf(Numbered.newestFirst(0, 12, 4));
		assertThat(filled(0, 3, 4).stream()).containsExactlyElementsOf(Numbered.newestFirst(0, 12, 4));
	}

	@Test
	void layersKeepGenerationAndOrder() {
		Archive<String> archive = filled(3, 6, 4);
		assertThat(archive.layers()).containsExactlyElementsOf(Numbered.reversed(Numbered.layers(3, 6, 4)));
		assertThat(archive.layer(4)).contains(Numbered.layer(4, 4));
		assertThat(archive.layer(2)).isEmpty();
		assertThat(archive.layer(6)).isEmpty();
		assertThat(archive.newestGeneration()).hasValue(5);
		assertThat(archive.layerCount()).isEqualTo(3);
		assertThat(archive.size()).isEqualTo(12);
		assertThat(archive.isEmpty()).isFalse();
	}

	@Test
	void entriesOfTheLayersAreThoseOfTheArchive() {
		Archive<String> archive = withGaps();
		List<Entry<String>> entries = new ArrayList<>();
		archive.layers().forEach((layer) -> entries.addAll(Numbered.reversed(layer.entries())));
		assertThat(entries).isEqualTo(archive.stream().toList());
		assertThat(archive.layer(9).orElseThrow().entries()).containsExactly(Entry.of(9, 0, "x"), Entry.of(9, 1, "y"));
		assertThat(archive.layer(5).orElseThrow().entries()).isEmpty();
	}

	@Test
	void layersReadAnewEachTime() {
		Archive<String> archive = filled(0, 1, 2);
		Iterable<Layer<String>> layers = archive.layers();
		assertThat(layers).hasSize(1);
		archive.addLayer(Numbered.layer(1, 2));
		assertThat(layers).containsExactly(Numbered.layer(1, 2), Numbered.layer(0, 2));
	}

	@Test
	void layerWithoutItemsIsTaken() {
		Archive<String> archive = archive();
		archive.addLayer(new Layer<>(0, List.of()));
		archive.addLayer(new Layer<>(7, List.of()));
		assertThat(archive).isEmpty();
		assertThat(archive.isEmpty()).isTrue();
		assertThat(archive.layerCount()).isEqualTo(2);
		assertThat(archive.newestGeneration()).hasValue(7);
		assertThat(archive.layers()).containsExactly(new Layer<>(7, List.of()), new Layer<>(0, List.of()));
		assertThat(archive.fromOldest(2)).isEqualTo(new Changes<>(List.of(), Position.START, true, false));
	}

	@Test
	void firstGenerationMayBeAny() {
		Archive<String> archive = archive();
		archive.addLayer(new Layer<>(4_000_000_000L, List.of("a")));
		assertThat(archive).containsExactly(Entry.of(4_000_000_000L, 0, "a"));
	}

	@Test
	void layerOfAMoreSpecialTypeIsTaken() {
		Archive<String> archive = archive();
		Layer<? extends String> layer = Numbered.layer(0, 2);
		archive.addLayer(layer);
		assertThat(archive.layers()).containsExactly(Numbered.layer(0, 2));
	}

	@Test
	void laterChangesToTheCallersListDoNotShow() {
		List<String> items = new ArrayList<>(List.of("a", "b"));
		Archive<String> archive = archive();
		archive.addLayer(new Layer<>(0, items));
		items.clear();
		assertThat(archive).containsExactly(Entry.of(0, 1, "b"), Entry.of(0, 0, "a"));
	}

	@Test
	void generationThatIsThereIsRefused() {
		Archive<String> archive = filled(0, 2, 2);
		assertThatIllegalArgumentException().isThrownBy(() -> archive.addLayer(Numbered.layer(1, 2)))
			.withMessageContaining("generation 1");
		assertThatIllegalArgumentException().isThrownBy(() -> archive.addLayer(new Layer<>(1, List.of("other"))));
		assertThat(archive.layers()).containsExactly(Numbered.layer(1, 2), Numbered.layer(0, 2));
	}

	@Test
	void generationThatIsThereIsRefusedWithoutItemsToo() {
		Archive<String> archive = archive();
		archive.addLayer(new Layer<>(0, List.of()));
		assertThatIllegalArgumentException().isThrownBy(() -> archive.addLayer(new Layer<>(0, List.of())));
		assertThat(archive.layerCount()).isOne();
	}

	@Test
	void generationOlderThanTheNewestIsRefused() {
		Archive<String> archive = withGaps();
		for (long older : new long[] { 0, 2, 3, 8, 9 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> archive.addLayer(new Layer<>(older, List.of("late"))))
				.withMessageContaining("generation " + older)
				.withMessageContaining("9");
		}
		assertThat(archive.layerCount()).isEqualTo(3);
	}

	@Test
	void nullLayersAreRefused() {
		Archive<String> archive = archive();
		assertThatNullPointerException().isThrownBy(() -> archive.addLayer(nothing()));
		assertThat(archive.layerCount()).isZero();
	}

	@Test
	void generationsMayLeaveGaps() {
		Archive<String> archive = withGaps();
		assertThat(archive).containsExactly(Entry.of(9, 1, "y"), Entry.of(9, 0, "x"), Entry.of(2, 2, "c"),
				Entry.of(2, 1, "b"), Entry.of(2, 0, "a"));
		assertThat(archive.size()).isEqualTo(5);
		assertThat(archive.layer(5)).contains(new Layer<>(5, List.of()));
		assertThat(archive.layer(4)).isEmpty();
	}

	@Test
	void newerLeavesOutThePositionItself() {
		Archive<String> archive = filled(0, 3, 3);
		assertThat(archive.newer(Numbered.position(8, 3))).isEmpty();
		assertThat(archive.newer(Numbered.position(4, 3))).containsExactlyElementsOf(Numbered.newestFirst(5, 9, 3));
		assertThat(archive.newer(Numbered.position(2, 3))).containsExactlyElementsOf(Numbered.newestFirst(3, 9, 3));
		assertThat(archive.newer(new Position(3, 0))).isEmpty();
	}

	@Test
	void itemsAfterAPositionAreCountedUpToALimit() {
		Archive<String> archive = withGaps();
		assertThat(archive.countAfter(Position.START, 9)).isEqualTo(5);
		assertThat(archive.countAfter(Position.START, 4)).isEqualTo(4);
		assertThat(archive.countAfter(new Position(2, 1), 9)).isEqualTo(3);
		assertThat(archive.countAfter(new Position(2, 77), 9)).isEqualTo(2);
		assertThat(archive.countAfter(new Position(5, 0), 9)).isEqualTo(2);
		assertThat(archive.countAfter(new Position(9, 0), 9)).isOne();
		assertThat(archive.countAfter(new Position(9, 1), 9)).isZero();
		assertThat(archive.countAfter(new Position(10, 0), 9)).isZero();
		assertThat(archive().countAfter(Position.START, 9)).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> archive.countAfter(Position.START, 0));
	}

	@Test
	void oldestFirstGoesFromTheOldestLayerUp() {
		assertThat(withGaps().oldestFirst()).extracting(Entry::item).containsExactly("a", "b", "c", "x", "y");
		assertThat(archive().oldestFirst()).isEmpty();
	}

	@Test
	void newerThanAPositionInAGapStartsAboveIt() {
		Archive<String> archive = withGaps();
		List<Entry<String>> newest = List.of(Entry.of(9, 1, "y"), Entry.of(9, 0, "x"));
		assertThat(archive.newer(new Position(2, 2))).containsExactlyElementsOf(newest);
		assertThat(archive.newer(new Position(4, 77))).containsExactlyElementsOf(newest);
		assertThat(archive.newer(new Position(5, 0))).containsExactlyElementsOf(newest);
		assertThat(archive.newer(new Position(0, 0))).hasSize(5);
	}

	@Test
	void olderLeavesOutThePositionItself() {
		Archive<String> archive = filled(0, 3, 3);
		assertThat(archive.older(Numbered.position(4, 3))).containsExactlyElementsOf(Numbered.newestFirst(0, 4, 3));
		assertThat(archive.older(Numbered.position(3, 3))).containsExactlyElementsOf(Numbered.newestFirst(0, 3, 3));
		assertThat(archive.older(Numbered.position(0, 3))).isEmpty();
		assertThat(archive.older(new Position(77, 0))).containsExactlyElementsOf(Numbered.newestFirst(0, 9, 3));
	}

	@Test
	void olderThanAPositionInAGapStartsBelowIt() {
		Archive<String> archive = withGaps();
		List<Entry<String>> oldest = List.of(Entry.of(2, 2, "c"), Entry.of(2, 1, "b"), Entry.of(2, 0, "a"));
		assertThat(archive.older(new Position(9, 0))).containsExactlyElementsOf(oldest);
		assertThat(archive.older(new Position(5, 3))).containsExactlyElementsOf(oldest);
		assertThat(archive.older(new Position(3, 0))).containsExactlyElementsOf(oldest);
		assertThat(archive.older(new Position(2, 0))).isEmpty();
		assertThat(archive.older(new Position(1, 0))).isEmpty();
	}

	@Test
	void pagesGoBackwardsToTheOldest() {
		Archive<String> archive = filled(0, 3, 3);
		assertThat(archive.newest()).contains(Numbered.entry(8, 3));
		assertThat(archive.newest(4)).isEqualTo(Numbered.newestFirst(5, 9, 3));
		assertThat(archive.older(Numbered.position(5, 3), 4)).isEqualTo(Numbered.newestFirst(1, 5, 3));
		assertThat(archive.older(Numbered.position(1, 3), 4)).isEqualTo(Numbered.newestFirst(0, 1, 3));
		assertThat(archive.older(Numbered.position(0, 3), 4)).isEmpty();
	}

	@Test
	void itemIsFoundByItsPosition() {
		Archive<String> archive = withGaps();
		assertThat(archive.get(new Position(2, 1))).contains("b");
		assertThat(archive.get(new Position(9, 1))).contains("y");
		assertThat(archive.get(new Position(9, 2))).isEmpty();
		assertThat(archive.get(new Position(5, 0))).isEmpty();
		assertThat(archive.get(new Position(4, 0))).isEmpty();
		assertThat(archive.get(new Position(10, 0))).isEmpty();
		assertThat(archive.get(new Position(0, 0))).isEmpty();
	}

	@Test
	void limitsBelowOneAreRefused() {
		Archive<String> archive = filled(0, 1, 2);
		Position position = new Position(0, 0);
		for (int limit : new int[] { 0, -1, Integer.MIN_VALUE }) {
			assertThatIllegalArgumentException().isThrownBy(() -> archive.newest(limit))
				.withMessageContaining("limit")
				.withMessageContaining(String.valueOf(limit));
			assertThatIllegalArgumentException().isThrownBy(() -> archive.older(position, limit));
			assertThatIllegalArgumentException().isThrownBy(() -> archive.since(position, limit));
			assertThatIllegalArgumentException().isThrownBy(() -> archive.fromOldest(limit));
		}
	}

	@Test
	void followingGoesFromTheOldestToTheNewest() {
		Archive<String> archive = filled(0, 3, 3);
		assertThat(archive.fromOldest(4))
			.isEqualTo(new Changes<>(Numbered.entries(0, 4, 3), Numbered.position(3, 3), false, false));
		assertThat(archive.since(Numbered.position(3, 3), 4))
			.isEqualTo(new Changes<>(Numbered.entries(4, 8, 3), Numbered.position(7, 3), false, false));
		assertThat(archive.since(Numbered.position(4, 3), 4))
			.isEqualTo(new Changes<>(Numbered.entries(5, 9, 3), Numbered.position(8, 3), true, false));
		assertThat(archive.since(Numbered.position(8, 3), 4))
			.isEqualTo(new Changes<>(List.of(), Numbered.position(8, 3), true, false));
		assertThat(archive.since(new Position(77, 7), 4))
			.isEqualTo(new Changes<>(List.of(), new Position(77, 7), true, false, true, List.of()));
		assertThat(archive.since(Numbered.position(9, 3), 4).ahead()).isTrue();
		assertThat(archive.since(Position.START, 4))
			.isEqualTo(new Changes<>(Numbered.entries(0, 4, 3), Numbered.position(3, 3), false, false));
	}

	@Test
	void gapsAndEmptyLayersAreFollowedAcross() {
		Archive<String> archive = withGaps();
		assertThat(archive.since(new Position(2, 1), 2)).isEqualTo(
				new Changes<>(List.of(Entry.of(2, 2, "c"), Entry.of(9, 0, "x")), new Position(9, 0), false, false));
		assertThat(archive.since(new Position(6, 0), 2)).isEqualTo(
				new Changes<>(List.of(Entry.of(9, 0, "x"), Entry.of(9, 1, "y")), new Position(9, 1), true, false));
	}

	@Test
	void archiveThatBeginsLateHasExpiredForAReaderFromTheStart() {
		Archive<String> archive = archive();
		Position cursor = archive.fromOldest(2).cursor();
		assertThat(archive.since(cursor, 2)).isEqualTo(new Changes<>(List.of(), Position.START, true, false));
		archive.addLayer(new Layer<>(4, List.of("a", "b")));
		assertThat(archive.since(cursor, 2)).isEqualTo(
				new Changes<>(List.of(Entry.of(4, 0, "a"), Entry.of(4, 1, "b")), new Position(4, 1), true, true));
		assertThat(archive.since(new Position(4, 2), 2).ahead()).isTrue();
	}

	@Test
	void startIsExpiredWhenOnlyTheFirstLayerNeverArrived() {
		assertThat(filled(1, 2, 3).since(Position.START, 2))
			.isEqualTo(new Changes<>(Numbered.entries(3, 5, 3), Numbered.position(4, 3), false, true));
		assertThat(filled(0, 2, 3).since(Position.START, 2).expired()).isFalse();
	}

	@Test
	void emptyNewestLayerDoesNotCountAsMore() {
		Archive<String> archive = filled(0, 1, 3);
		archive.addLayer(new Layer<>(1, List.of()));
		assertThat(archive.since(new Position(0, 0), 2).caughtUp()).isTrue();
		assertThat(archive.fromOldest(3).caughtUp()).isTrue();
	}

	@Test
	void cursorIsExpiredWhenLayersAfterItsOwnNeverArrived() {
		Archive<String> archive = filled(5, 7, 3);
		assertThat(archive.since(new Position(3, 2), 2))
			.isEqualTo(new Changes<>(Numbered.entries(15, 17, 3), Numbered.position(16, 3), false, true));
		assertThat(archive.since(new Position(0, 0), 2).expired()).isTrue();
		assertThat(archive.since(new Position(4, 0), 2).expired()).isFalse();
		assertThat(archive.since(new Position(4, 2), 2))
			.isEqualTo(new Changes<>(Numbered.entries(15, 17, 3), Numbered.position(16, 3), false, false));
		assertThat(archive.since(new Position(Long.MAX_VALUE, 0), 2).expired()).isFalse();
		assertThat(archive.fromOldest(2).expired()).isFalse();
	}

	@Test
	void iterationIsNotDisturbedByLayersThatArrive() {
		Archive<String> archive = filled(0, 2, 3);
		Iterator<Entry<String>> iterator = archive.iterator();
		List<Entry<String>> seen = new ArrayList<>(List.of(iterator.next()));
		archive.addLayer(Numbered.layer(2, 3));
		iterator.forEachRemaining(seen::add);
		assertThat(seen).isEqualTo(Numbered.newestFirst(0, 6, 3));
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
	}

	@Test
	void ofManyWhoAddTheSameLayersOneEachSucceeds() throws Exception {
		int layers = 40;
		Archive<String> archive = archive();
		List<Layer<String>> added = Collections.synchronizedList(new ArrayList<>());
		List<Long> refused = Collections.synchronizedList(new ArrayList<>());
		List<Entry<String>> seen = Writers.read(Writers.COUNT, (writer) -> {
			for (int generation = 0; generation < layers; generation++) {
				Layer<String> layer = new Layer<>(generation,
						List.of(Writers.item(writer, 0), Writers.item(writer, 1)));
				try {
					archive.addLayer(layer);
					added.add(layer);
				}
				catch (IllegalArgumentException ex) {
					refused.add(layer.generation());
				}
			}
		}, (writing) -> Writers.follow(archive, 3, writing));
		added.sort(Comparator.comparingLong(Layer::generation));
		assertThat(archive.layers()).containsExactlyElementsOf(Numbered.reversed(added));
		assertThat(added).extracting(Layer::generation).doesNotHaveDuplicates().contains(layers - 1L);
		assertThat(added.size() + refused.size()).isEqualTo(Writers.COUNT * layers);
		assertThat(Numbered.reversed(seen)).isEqualTo(archive.stream().toList());
	}

}
