package io.github.appendonly.jpa.item;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Arrays are cut and joined as text, whatever their items contain.
 */
class JsonArrayTests {

	private static final String[] CHARACTERS = { "a", "7", " ", ",", "[", "]", "{", "}", ":", "\\\"", "\\\\", "\\n",
			"\\u0000", "\\ud800", "\\/", "'", "\u00e9", "\u20ac", "\ud83d\ude00", "\u2028" };

	private static final String[] SPACES = { "", "", "", " ", "\n", "\t ", "\r\n" };

	private static final String[] SCALARS = { "null", "true", "false", "0", "-1.5e+10", "\"\"", "[]", "{}", "\"\\\\\"",
			"\"\\\\\\\"\"", "[[]]", "{\"a\":[]}" };

	static Stream<Random> randoms() {
		return IntStream.range(0, 200).mapToObj(Random::new);
	}

	private static String json(Random random, int depth) {
		return switch (random.nextInt((depth > 0) ? 5 : 3)) {
			case 0 -> SCALARS[random.nextInt(SCALARS.length)];
			case 1, 2 -> text(random);
			case 3 -> "[" + children(random, depth, false) + "]";
			default -> "{" + children(random, depth, true) + "}";
		};
	}

	private static String children(Random random, int depth, boolean named) {
		List<String> children = new ArrayList<>();
		for (int i = random.nextInt(4); i > 0; i--) {
			String name = named ? text(random) + spaces(random) + ":" : "";
			children.add(spaces(random) + name + spaces(random) + json(random, depth - 1) + spaces(random));
		}
		return String.join(",", children);
	}

	private static String text(Random random) {
		StringBuilder text = new StringBuilder("\"");
		for (int i = random.nextInt(8); i > 0; i--) {
			text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
		}
		return text.append('"').toString();
	}

	private static String spaces(Random random) {
		return SPACES[random.nextInt(SPACES.length)];
	}

	private static List<String> items(Random random, int atMost) {
		return Stream.generate(() -> spaces(random) + json(random, 3) + spaces(random))
			.limit(random.nextInt(atMost + 1))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("randoms")
	void itemsAreThoseItWasMadeOf(Random random) {
		List<String> items = items(random, 12);
		JsonArray array = JsonArray.of(items);
		assertThat(array.length()).isEqualTo(items.size());
		assertThat(array.isEmpty()).isEqualTo(items.isEmpty());
		assertThat(array.items()).isEqualTo(items);
	}

	@ParameterizedTest
	@MethodSource("randoms")
	void joinedArraysHoldTheItemsOfAll(Random random) {
		List<JsonArray> arrays = new ArrayList<>();
		List<String> items = new ArrayList<>();
		for (int i = random.nextInt(5); i >= 0; i--) {
			List<String> some = items(random, 3);
			arrays.add(JsonArray.of(some));
			items.addAll(some);
		}
		assertThat(JsonArray.join(arrays)).isEqualTo(JsonArray.of(items));
	}

	@ParameterizedTest
	@MethodSource("randoms")
	void partsHoldTheItemsInOrder(Random random) {
		List<String> items = items(random, 12);
		List<Integer> lengths = new ArrayList<>();
		int left = items.size();
		while (left > 0) {
			int length = random.nextInt(left + 1);
			lengths.add(length);
			left -= length;
		}
		lengths.add(0);
		List<JsonArray> parts = JsonArray.of(items).split(lengths.stream().mapToInt(Integer::intValue));
		assertThat(parts).extracting(JsonArray::length).isEqualTo(lengths);
		assertThat(parts.stream().flatMap((part) -> part.items().stream())).containsExactlyElementsOf(items);
		assertThat(JsonArray.join(parts)).isEqualTo(JsonArray.of(items));
	}

	@ParameterizedTest
	@MethodSource("randoms")
	void restHoldsTheItemsFromAnIndexOn(Random random) {
		List<String> items = items(random, 12);
		for (int index = 0; index <= items.size(); index++) {
			assertThat(JsonArray.of(items).from(index)).isEqualTo(JsonArray.of(items.subList(index, items.size())));
		}
	}

	@ParameterizedTest
	@MethodSource("randoms")
	void lengthThatIsNotThatOfTheTextIsRefused(Random random) {
		List<String> items = items(random, 12);
		String json = JsonArray.of(items).json();
		assertThatIllegalArgumentException().isThrownBy(() -> new JsonArray(items.size() + 1, json).items());
		if (items.size() > 1) {
			assertThatIllegalArgumentException().isThrownBy(() -> new JsonArray(items.size() - 1, json).items());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "1,2", "1],[2", "[1", "1]", "{\"a\":1", "\"a", "\"a\\\"", "}", "1,", ",1", "1]]" })
	void textThatIsNotOneValueIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> new JsonArray(1, "[" + json + "]").items());
	}

	@Test
	void emptyArrayHasNoItems() {
		assertThat(JsonArray.EMPTY.items()).isEmpty();
		assertThat(JsonArray.EMPTY.isEmpty()).isTrue();
		assertThat(JsonArray.join(List.of(JsonArray.EMPTY, JsonArray.EMPTY))).isEqualTo(JsonArray.EMPTY);
		assertThat(JsonArray.of(List.of())).isEqualTo(JsonArray.EMPTY);
	}

}
