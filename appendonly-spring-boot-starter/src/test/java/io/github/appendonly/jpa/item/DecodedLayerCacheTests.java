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
import io.github.appendonly.Entry;
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

	private static Slice slice(long generation, String... items) {
		return new Slice(generation, 0, JsonArray.of(Stream.of(items).map((item) -> '"' + item + '"').toList()));
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
	void whatWasAskedForLeastRecentlyGoes() {
		DecodedLayerCache decoded = new DecodedLayerCache(40);
		decoded.put("a", TYPE, slice(0, "1", "2"), List.of("1", "2"));
		decoded.put("a", TYPE, slice(1, "3", "4"), List.of("3", "4"));
		decoded.put("a", TYPE, slice(2, "5", "6"), List.of("5", "6"));
		decoded.put("a", TYPE, slice(3, "7", "8"), List.of("7", "8"));
		assertThat(decoded.get("a", TYPE, slice(0, "1", "2"))).contains(List.of("1", "2"));
		decoded.put("b", TYPE, slice(0, "9", "10"), List.of("9", "10"));
		assertThat(decoded.size()).isLessThanOrEqualTo(40);
		assertThat(decoded.get("a", TYPE, slice(1, "3", "4"))).isEmpty();
		assertThat(decoded.get("a", TYPE, slice(0, "1", "2"))).isPresent();
		assertThat(decoded.get("b", TYPE, slice(0, "9", "10"))).isPresent();
	}

	@Test
	void layerThatGrewIsCountedOnce() {
		DecodedLayerCache decoded = new DecodedLayerCache(100);
		for (int i = 0; i < 100; i++) {
			decoded.put("a", TYPE, slice(0, "1", "2"), List.of("1", "2"));
		}
		assertThat(decoded.size()).isEqualTo(9);
		assertThat(decoded.get("a", TYPE, slice(0, "1", "2"))).isPresent();
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
