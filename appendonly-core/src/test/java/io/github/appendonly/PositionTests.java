package io.github.appendonly;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class PositionTests {

	@Test
	void printsGenerationAndIndex() {
		assertThat(new Position(7, 42)).hasToString("7-42");
		assertThat(new Position(0, 0)).hasToString("0-0");
		assertThat(new Position(Long.MAX_VALUE, Integer.MAX_VALUE)).hasToString("9223372036854775807-2147483647");
	}

	@Test
	void startIsBeforeAllPositionsOfItems() {
		assertThat(Position.START).hasToString("start").isLessThan(new Position(0, 0)).isEqualTo(new Position(0, -1));
		assertThat(Position.parse("start")).isEqualTo(Position.START);
		assertThat(new Position(0, 0).isAfter(Position.START)).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> new Position(1, -1)).withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> Entry.of(0, -1, "a")).withMessageContaining("start");
		assertThatIllegalArgumentException().isThrownBy(() -> Gone.entityDeleted(Position.START, 1L))
			.withMessageContaining("start");
	}

	@ParameterizedTest
	@ValueSource(strings = { "7-42", "start", "0-0", "0-10", "10-0", "9223372036854775807-2147483647" })
	void parsesWhatItPrints(String text) {
		assertThat(Position.parse(text)).hasToString(text);
	}

	@Test
	void parsesBothParts() {
		assertThat(Position.parse("7-42")).isEqualTo(new Position(7, 42));
		assertThat(Position.valueOf("7-42")).isEqualTo(new Position(7, 42));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-", "7", "7-", "-42", "-7-42", "7--42", "7-42-1", " 7-42", "7-42 ", "7 - 42",
			"+7-1", "7-+1", "07-1", "7-01", "00-0", "7-42\n", "7_42", "7.42", "0x7-1", "7L-1", "1e3-1", "a-b", "7-b",
			"0--1", "Start", "9223372036854775808-0", "99999999999999999999-0", "0-2147483648", "0-99999999999",
			"\u0667-\u0664" })
	void refusesAnythingElseAndShowsIt(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Position.parse(text))
			.withMessageContaining("\"" + text + "\"")
			.withMessageContaining("\"7-42\"")
			.withMessageContaining("\"start\"");
	}

	@Test
	void refusesNull() {
		assertThatNullPointerException().isThrownBy(() -> Position.parse(nothing())).withMessage("text");
	}

	@Test
	void partsAreNotNegative() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Position(-1, 0)).withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, -2)).withMessageContaining("-2");
		assertThatIllegalArgumentException().isThrownBy(() -> new Position(Long.MIN_VALUE, Integer.MIN_VALUE));
	}

	@Test
	void generationIsComparedFirst() {
		assertThat(new Position(1, 0)).isGreaterThan(new Position(0, 99));
		assertThat(new Position(1, 1)).isGreaterThan(new Position(1, 0));
		assertThat(new Position(1, 1)).isEqualByComparingTo(new Position(1, 1));
		assertThat(new Position(Long.MAX_VALUE, 0)).isGreaterThan(new Position(0, Integer.MAX_VALUE));
	}

	@Test
	void positionIsAfterOlderOnesOnly() {
		Position position = new Position(1, 1);
		assertThat(position.isAfter(new Position(1, 0))).isTrue();
		assertThat(position.isAfter(new Position(0, 9))).isTrue();
		assertThat(position.isAfter(position)).isFalse();
		assertThat(position.isAfter(new Position(1, 2))).isFalse();
		assertThat(position.isAfter(new Position(2, 0))).isFalse();
	}

}
