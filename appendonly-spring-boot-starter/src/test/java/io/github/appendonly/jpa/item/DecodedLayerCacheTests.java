package io.github.appendonly.jpa.item;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Items that are read more than once.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class DecodedLayerCacheTests extends DatabaseTests {

	private static final Type TYPE = String.class;

	record Price(BigDecimal amount, Instant since, DayOfWeek day, @Nullable Price before) {
	}

	sealed interface Event permits Opened, Closed {

	}

	record Opened(String door) implements Event {
	}

	record Closed(String door, int times) implements Event {
	}

	record Tagged(String name, List<String> tags) {
	}

	record Box<T>(T content) {
	}

	static class Changeable {

		String text = "";

	}

	private static StoredSlice slice(long stamp, long generation, int firstIndex, String... items) {
		String json = JsonArray.of(Stream.of(items).map((item) -> '"' + item + '"').toList()).json();
		return new StoredSlice(generation, firstIndex, items.length, stamp, json, null);
	}

	private static void put(DecodedLayerCache decoded, String structure, StoredSlice slice) {
		decoded.put(structure, TYPE, slice,
				slice.items()
					.items()
					.stream()
					.map((item) -> new Entry<Object>(new Position(slice.generation(), slice.firstIndex()),
							item.replace("\"", "")))
					.toList());
	}

	private static Long[] newest(DecodedLayerCache decoded, String structure) {
		return decoded.near(structure, TYPE, Cut.NEWEST, 10, true).stamps();
	}

	private static <T> List<T> read(AppendStack<T> stack) {
		return stack.newest(10).stream().map(Entry::item).toList();
	}

	@Test
	void layersOfImmutableItemsAreDecodedOnce() {
		AppendStack<Price> stack = node().structures().stack(this.name, Price.class);
		Price first = new Price(BigDecimal.ONE, Instant.EPOCH, DayOfWeek.MONDAY, null);
		stack.pushAll(List.of(first, new Price(BigDecimal.TEN, Instant.EPOCH, DayOfWeek.FRIDAY, first)));
		List<Price> read = read(stack);
		assertThat(read).hasSize(2);
		assertThat(read(node().structures().stack(this.name, Price.class))).usingElementComparator(identity())
			.containsExactlyElementsOf(read);
	}

	@Test
	void layersOfArchivesAreDecodedOnce() {
		Archive<String> archive = node().structures().archive(this.name, String.class);
		archive.addLayer(new Layer<>(0, List.of("a", "b")));
		archive.addLayer(new Layer<>(1, List.of("c", "d")));
		String read = archive.newest(1).get(0).item();
		assertThat(archive.newest(1).get(0).item()).isSameAs(read);
		assertThat(archive.get(new Position(1, 1)).orElseThrow()).isSameAs(read);
		assertThat(archive.since(new Position(1, 0), 1).entries().get(0).item()).isSameAs(read);
		assertThat(archive.layers().iterator().next().items().get(1)).isSameAs(read);
		assertThat(archive.layer(1).orElseThrow().items().get(1)).isSameAs(read);
		assertThat(DatabaseTests.items(archive)).containsExactly("a", "b", "c", "d");
	}

	@Test
	void textOfAKnownStampIsNotReadAgain() {
		AppendStack<String> stack = stack();
		stack.pushAll(List.of("a", "b"));
		stack.pushAll(List.of("c", "d"));
		assertThat(read(stack)).containsExactly("d", "c", "b", "a");
		change("update appendonly_slice set items = '[\"x\",\"y\"]' where stack = ? and first_index = 0");
		change("update appendonly_slice set items = '[\"z\",\"z\"]' where stack = ? and first_index = 2");
		assertThat(read(stack)).containsExactly("d", "c", "b", "a");
		assertThat(stack.fromOldest(9).entries()).extracting(Entry::item).containsExactly("a", "b", "c", "d");
		assertThat(stack.get(new Position(0, 1))).contains("b");
		assertThat(stack.older(new Position(0, 2), 1)).extracting(Entry::item).containsExactly("b");
		change("update appendonly_slice set stamp = 1 where stack = ? and first_index = 0");
		assertThat(read(stack)).containsExactly("d", "c", "y", "x");
		assertThat(stack.since(new Position(0, 0), 9).entries()).extracting(Entry::item).containsExactly("y", "c", "d");
	}

	@Test
	void textWithTheStampOfAnotherSliceIsRead() {
		AppendStack<String> stack = stack((settings) -> settings.bounds(9, 2).archived());
		stack.pushAll(List.of("a", "b", "c", "d"));
		Archive<String> archive = node().structures().archive(this.name, String.class);
		archive.addLayer(new Layer<>(0, List.of("1", "2")));
		archive.addLayer(new Layer<>(1, List.of("3", "4")));
		assertThat(stack.newest(2)).extracting(Entry::item).containsExactly("d", "c");
		assertThat(archive.newest(2)).extracting(Entry::item).containsExactly("4", "3");
		change("update appendonly_slice set stamp = (select max(n.stamp) from appendonly_slice n"
				+ " where n.stack = appendonly_slice.stack and n.generation = 1) where stack = ? and generation = 0");
		change("update appendonly_archived_layer set stamp = (select max(n.stamp) from appendonly_archived_layer n"
				+ " where n.archive = appendonly_archived_layer.archive and n.generation = 1)"
				+ " where archive = ? and generation = 0");
		assertThat(read(stack)).containsExactly("d", "c", "b", "a");
		assertThat(stack.fromOldest(9).entries()).extracting(Entry::item).containsExactly("a", "b", "c", "d");
		assertThat(DatabaseTests.items(archive)).containsExactly("1", "2", "3", "4");
		assertThat(archive.newest(9)).extracting(Entry::item).containsExactly("4", "3", "2", "1");
	}

	private void change(String sql) {
		assertThat(node().jdbc().sql(sql).param(this.name).update()).isEqualTo(1);
	}

	@Test
	void itemsThatCanBeChangedAreDecodedForEachReader() {
		AppendStack<Tagged> stack = node().structures().stack(this.name, Tagged.class);
		stack.pushAll(List.of(new Tagged("a", List.of("x")), new Tagged("b", List.of())));
		List<Tagged> before = List.copyOf(read(stack));
		read(stack).get(1).tags().add("mine");
		assertThat(read(stack)).isEqualTo(before);
	}

	@Test
	void handlesOfOtherTypesReadTheirOwn() {
		AppendStack<String> texts = stack();
		texts.pushAll(List.of("MONDAY", "FRIDAY"));
		assertThat(read(texts)).containsExactly("FRIDAY", "MONDAY");
		assertThat(read(node().structures().stack(this.name, DayOfWeek.class))).containsExactly(DayOfWeek.FRIDAY,
				DayOfWeek.MONDAY);
	}

	@Test
	void newStackOfADroppedNameIsReadAnew() {
		stack().pushAll(List.of("old 1", "old 2"));
		assertThat(read(stack())).containsExactly("old 2", "old 1");
		node().structures().drop(this.name);
		stack().pushAll(List.of("new 1", "new 2"));
		assertThat(read(stack())).containsExactly("new 2", "new 1");
	}

	@Test
	void whatWasFoundLeastRecentlyGoes() {
		DecodedLayerCache decoded = new DecodedLayerCache(2400);
		for (int i = 0; i < 4; i++) {
			put(decoded, "a", slice(i, i, 0, "1", "2"));
		}
		DecodedSlices named = decoded.near("a", TYPE, new Cut(1, 0), 10, true);
		named.found(List.of(named.slice(0, 0, 2, 0, null)), true);
		put(decoded, "b", slice(9, 0, 0, "9", "10"));
		put(decoded, "b", slice(10, 1, 0, "9", "10"));
		assertThat(decoded.size()).isLessThanOrEqualTo(2400);
		assertThat(newest(decoded, "a")).containsExactly(3L, 0L);
		assertThat(newest(decoded, "b")).containsExactly(10L, 9L);
	}

	@Test
	void slicesOfOneItemAndThoseOfMoreThanHalfOfTheCacheAreNotKept() {
		DecodedLayerCache decoded = new DecodedLayerCache(1000);
		put(decoded, "a", slice(2, 2, 0, "y"));
		put(decoded, "a", slice(1, 1, 0, "x", "x".repeat(500)));
		assertThat(newest(decoded, "a")).isEmpty();
		assertThat(decoded.size()).isZero();
	}

	@Test
	void joinedSlicesAreForgotten() {
		DecodedLayerCache decoded = new DecodedLayerCache(10_000);
		put(decoded, "a", slice(1, 6, 0, "y", "z"));
		put(decoded, "a", slice(2, 7, 0, "a", "0"));
		put(decoded, "a", slice(3, 7, 2, "b", "c"));
		put(decoded, "a", slice(4, 8, 0, "d", "e"));
		put(decoded, "a", slice(5, 7, 0, "a", "0", "b", "c"));
		assertThat(newest(decoded, "a")).containsExactly(4L, 5L, 1L);
		long size = decoded.size();
		put(decoded, "a", slice(5, 7, 0, "a", "0", "b", "c"));
		assertThat(decoded.size()).isEqualTo(size);
	}

	@Test
	void slicesNearestToTheCutAreNamed() {
		DecodedLayerCache decoded = new DecodedLayerCache(10_000);
		for (int i = 0; i < 5; i++) {
			put(decoded, "a", slice(i, i, 0, "1", "2"));
		}
		assertThat(decoded.near("a", TYPE, new Cut(2, 1), 2, true).stamps()).containsExactly(2L, 1L);
		assertThat(decoded.near("a", TYPE, new Cut(2, 0), 9, true).stamps()).containsExactly(1L, 0L);
		assertThat(decoded.near("a", TYPE, new Cut(2, 1), 2, false).stamps()).containsExactly(2L, 3L);
		assertThat(decoded.near("a", TYPE, new Cut(2, 2), 2, false).stamps()).containsExactly(3L, 4L);
		assertThat(decoded.near("a", Long.class, Cut.NEWEST, 9, true).isEmpty()).isTrue();
		assertThat(decoded.near("b", TYPE, Cut.NEWEST, 9, true).isEmpty()).isTrue();
	}

	@Test
	void slicesThatShouldHaveBeenFoundAreForgotten() {
		DecodedLayerCache decoded = new DecodedLayerCache(10_000);
		for (int i = 0; i < 5; i++) {
			put(decoded, "a", slice(i, i, 0, "1", "2"));
		}
		DecodedSlices named = decoded.near("a", TYPE, Cut.NEWEST, 10, true);
		named.found(List.of(named.slice(3, 0, 2, 3, null), slice(17, 1, 0, "3", "4")), false);
		assertThat(newest(decoded, "a")).containsExactly(3L, 0L);
		named = decoded.near("a", TYPE, Cut.OLDEST, 10, false);
		named.found(List.of(), true);
		assertThat(newest(decoded, "a")).isEmpty();
		assertThat(decoded.size()).isZero();
	}

	@Test
	void stampOfAnotherSliceIsNotTakenForIt() {
		DecodedLayerCache decoded = new DecodedLayerCache(10_000);
		put(decoded, "a", slice(7, 3, 0, "1", "2"));
		DecodedSlices named = decoded.near("a", TYPE, Cut.NEWEST, 10, true);
		assertThat(named.slice(3, 0, 2, 7, null).decoded()).extracting(Entry::item).containsExactly("1", "2");
		assertThat(named.slice(4, 0, 2, 7, null).isReadable()).isFalse();
		assertThat(named.slice(3, 1, 2, 7, null).isReadable()).isFalse();
		assertThat(named.slice(3, 0, 3, 7, null).isReadable()).isFalse();
		assertThat(named.slice(3, 0, 2, 8, null).isReadable()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(classes = { String.class, Long.class, Price.class, Event.class, Opened.class, DayOfWeek.class })
	void typesWhoseValuesNobodyCanChange(Class<?> type) {
		assertThat(ImmutableTypes.contain(type)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { Tagged.class, Box.class, Changeable.class, Object.class, List.class, Map.class,
			String[].class, Date.class })
	void typesWhoseValuesMayBeChanged(Class<?> type) {
		assertThat(ImmutableTypes.contain(type)).isFalse();
	}

	private static Comparator<Object> identity() {
		return (a, b) -> (a == b) ? 0 : 1;
	}

}
