package io.github.appendonly.jpa.item;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A scan is sure of a text only if a parser accepts it.
 */
class JsonScanTests {

	private static final StreamReadConstraints DEFAULTS = StreamReadConstraints.defaults();

	private static final String[] PIECES = { "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"\\u00e9\"", "\\", "\\u12",
			"\u0001", " ", "\n", "0", "01", "-", "-7", "1.5", "1.", ".5", "1e9", "1e", "+1", "true", "tru", "null",
			"NaN", "a", "'", "//", "\ud800", "{\"a\":1}", "[1,2]" };

	static Stream<Random> randoms() {
		return IntStream.range(0, 50).mapToObj(Random::new);
	}

	private static boolean isParsed(String json) {
		try {
			return !JsonMapper.shared().readTree(json).isNull();
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	private static boolean isSure(String json, StreamReadConstraints constraints) {
		try {
			return JsonScan.of(json).isParsedWithin(constraints);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	@ParameterizedTest
	@MethodSource("randoms")
	void scanIsSureOfWhatAParserAcceptsAndOfNothingElse(Random random) {
		for (int i = 0; i < 2000; i++) {
			StringBuilder json = new StringBuilder();
			for (int pieces = random.nextInt(8); pieces >= 0; pieces--) {
				json.append(PIECES[random.nextInt(PIECES.length)]);
			}
			boolean parsed = !json.toString().isBlank() && isParsed(json.toString());
			assertThat(isSure(json.toString(), DEFAULTS)).as(json.toString()).isEqualTo(parsed);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "-0", "0.50e-3", "\"\"", "\"\\u00E9\\\\\\n/\"", " [ ] ", "{ }", "true", "false",
			"[null]", "{\"a\" : [ {\"b\":[[]]}, null , 7 ] , \"c\":\"\u20ac\ud83d\ude00\"}" })
	void scanIsSureOfPlainJson(String json) {
		assertThat(isParsed(json)).isTrue();
		assertThat(isSure(json, DEFAULTS)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", " null ", "{a:1}", "['a']", "NaN", "{\"a\":x y}", "01", "\"\u0001\"", "\"\\x\"" })
	void scanIsNotSureOfNullAndOfWhatIsNoPlainJson(String json) {
		assertThat(isSure(json, DEFAULTS)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "1,2", "1],[2", "{", "\"", "]" })
	void textThatIsNotOneValueIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> JsonScan.of(json));
	}

	@Test
	void scanIsNotSureOfTextBeyondALimit() {
		StreamReadConstraints low = StreamReadConstraints.builder()
			.maxNumberLength(10)
			.maxNameLength(20)
			.maxStringLength(30)
			.maxNestingDepth(4)
			.maxDocumentLength(200)
			.build();
		for (String within : List.of("1".repeat(10), "{\"" + "a".repeat(20) + "\":1}", "\"" + "a".repeat(30) + "\"",
				"[[[[]]]]", "[" + "\"aaaa\",".repeat(28) + "11]")) {
			assertThat(isSure(within, low)).as(within).isTrue();
		}
		for (String beyond : List.of("1".repeat(11), "[-1.5e10, 1.234567e10]", "{\"" + "a".repeat(21) + "\":1}",
				"{\"a\":\"" + "a".repeat(31) + "\"}", "[[[[[]]]]]", "[" + "\"aaaa\",".repeat(28) + "111]")) {
			assertThat(isSure(beyond, low)).as(beyond).isFalse();
			assertThat(isSure(beyond, DEFAULTS)).as(beyond).isTrue();
		}
		assertThat(isSure("[".repeat(63) + "]".repeat(63), DEFAULTS)).isTrue();
		assertThat(isSure("[".repeat(100_000) + "]".repeat(100_000), DEFAULTS)).isFalse();
	}

	@Test
	void shapeTellsNamesAndKindsButNoValues() {
		long shape = JsonScan.of("{\"a\":1,\"b\":[{\"c\":\"x\"},{\"c\":\"y\"}]}").shape();
		assertThat(List.of("{\"a\":-2.5,\"b\":[{\"c\":\"\"}]}",
				" { \"a\" : 0,\"b\":[{\"c\":\"x\"} , {\"c\":\"y\"},{\"c\":\"z\"}]}"))
			.allMatch((json) -> JsonScan.of(json).shape() == shape);
		assertThat(List.of("{\"a\":null,\"b\":[{\"c\":\"x\"}]}", "{\"b\":[{\"c\":\"x\"}]}",
				"{\"a\":1,\"b\":[{\"d\":\"x\"}]}", "{\"a\":1,\"b\":[]}", "{\"a\":1,\"b\":[{\"c\":\"x\"},{\"c\":1}]}",
				"{\"a\":true,\"b\":[{\"c\":\"x\"}]}", "[{\"a\":1,\"b\":[{\"c\":\"x\"}]}]"))
			.noneMatch((json) -> JsonScan.of(json).shape() == shape);
	}

	@Test
	void surrogatesAreSeen() {
		assertThat(JsonScan.of("\"a\u00e9\u20ac\"").mayHaveSurrogates()).isFalse();
		assertThat(JsonScan.of("{\"\ud800\":1}").mayHaveSurrogates()).isTrue();
		assertThat(JsonScan.of("[1,\"\ud83d\ude00\"]").mayHaveSurrogates()).isTrue();
	}

}
