package io.github.appendonly.jpa.item;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Slices of few items, which are decoded together.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ShortSlicesTests extends DatabaseTests {

	private static final ItemCodec CODEC = new JacksonItemCodec(JsonMapper.builder().build());

	private static final Items<String> ITEMS = new Items<>("stack 's'", "t", String.class, CODEC, null,
			DecodedLayerCache.NONE);

	private static StoredSlice slice(int firstIndex, int length, String json) {
		return new StoredSlice(3, firstIndex, length, null, json, null);
	}

	private static void assertNoneDecoded(StoredSlice... slices) {
		assertThat(ITEMS.decodeTogether(List.of(slices), 9)).containsExactly(slices);
	}

	@Test
	void shortSlicesAreDecodedTogether() {
		StoredSlice known = slice(0, 1, "[\"a\"]").with(List.of(Entry.of(3, 0, "known")));
		StoredSlice full = slice(4, 9, "[\"f\"" + ",\"f\"".repeat(8) + "]");
		List<StoredSlice> slices = List.of(known, slice(1, 1, "[\"b\"]"), slice(2, 2, " [\"c\", \"d\"]"), full,
				slice(13, 1, "[\"]\\\",[\"]"));
		List<StoredSlice> decoded = ITEMS.decodeTogether(slices, 14);
		assertThat(decoded).extracting(StoredSlice::decoded)
			.containsExactly(List.of(Entry.of(3, 0, "known")), List.of(Entry.of(3, 1, "b")),
					List.of(Entry.of(3, 2, "c"), Entry.of(3, 3, "d")), null, List.of(Entry.of(3, 13, "]\",[")));
		assertThat(decoded.get(3)).isEqualTo(full);
		assertThat(ITEMS.read(decoded.stream().map(SliceRange::all).toList()).items()).hasSize(14);
	}

	@Test
	void slicesBeyondWhatIsWantedAreNotDecoded() {
		List<StoredSlice> slices = List.of(slice(0, 1, "[\"a\"]"), slice(1, 2, "[\"b\",\"c\"]"),
				slice(3, 1, "[\"d\"]"));
		assertThat(ITEMS.decodeTogether(slices, 3)).extracting((slice) -> slice.decoded() != null)
			.containsExactly(true, true, false);
	}

	@Test
	void textsThatAreArraysOnlyTogetherAreNotDecoded() {
		assertNoneDecoded(slice(0, 1, "[\"a"), slice(1, 1, "b\"]"));
		assertNoneDecoded(slice(0, 1, "[\"a\"],[\"b\"]"), slice(1, 1, ""));
		assertNoneDecoded(slice(0, 1, "[\"a\"][\"b\"]"), slice(1, 1, ""));
		assertNoneDecoded(slice(0, 1, "[\"a\"]["), slice(1, 1, "\"b\"]"));
		assertNoneDecoded(slice(0, 1, "[\"a\",\"b\"]"), slice(1, 1, "[]"));
		assertNoneDecoded(slice(0, 1, "[null]"), slice(1, 1, "null"));
	}

	@Test
	void sliceThatCannotBeDecodedDoesNotChangeTheOthers() {
		List<StoredSlice> slices = List.of(slice(0, 1, "[\"a\"]"), slice(1, 1, "[{}]"), slice(2, 1, "[\"c\"]"));
		Items.Portion<String> portion = ITEMS
			.read(ITEMS.decodeTogether(slices, 9).stream().map(SliceRange::all).toList());
		assertThat(portion.entries()).containsExactly(Entry.of(3, 0, "a"), Entry.of(3, 2, "c"));
		assertThat(portion.unreadable()).singleElement()
			.satisfies((one) -> assertThat(one.position()).isEqualTo(new Position(3, 1)));
	}

	@Test
	void pagesOfSingleItemsAreExact() {
		AppendStack<Integer> stack = node().structures().stack(this.name, Integer.class);
		IntStream.range(0, 30).forEach(stack::push);
		assertThat(stack.newest(20)).extracting(Entry::item)
			.containsExactlyElementsOf(IntStream.range(0, 20).mapToObj((i) -> 29 - i).toList());
		assertThat(stack.since(new Position(0, 9), 15).entries()).extracting(Entry::item)
			.containsExactlyElementsOf(IntStream.range(10, 25).boxed().toList());
		assertThat(stack.newer(new Position(0, 27))).extracting(Entry::item).containsExactly(29, 28);
	}

	@Test
	void iterationGivesWhatIsNewerThanADamagedSlice() {
		AppendStack<Integer> stack = node().structures().stack(this.name, Integer.class);
		IntStream.range(0, 4).forEach(stack::push);
		node().jdbc()
			.sql("update appendonly_slice set items = '[' where stack = ? and first_index = 1")
			.param(this.name)
			.update();
		Iterator<Entry<Integer>> entries = stack.iterator();
		assertThat(entries.next().item()).isEqualTo(3);
		assertThat(entries.next().item()).isEqualTo(2);
		assertThatExceptionOfType(CorruptStructureException.class).isThrownBy(entries::next)
			.withMessageContaining("first_index 1");
	}

}
