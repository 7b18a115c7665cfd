package io.github.appendonly;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class StartAtTests {

	@Test
	void textFormIsReadAsItWasWritten() {
		assertThat(StartAt.parse("oldest")).isEqualTo(StartAt.oldest()).hasToString("oldest");
		assertThat(StartAt.parse("newest")).isEqualTo(StartAt.newest()).hasToString("newest");
		assertThat(StartAt.parse("7-42")).isEqualTo(StartAt.after(new Position(7, 42))).hasToString("7-42");
		assertThat(StartAt.valueOf("start")).isEqualTo(StartAt.after(Position.START)).hasToString("start");
	}

	@Test
	void onlyAPositionHasAPosition() {
		assertThat(StartAt.after(new Position(7, 42)).position()).contains(new Position(7, 42));
		assertThat(StartAt.oldest().position()).isEmpty();
		assertThat(StartAt.newest().position()).isEmpty();
	}

	@Test
	void equalPlacesAreEqual() {
		assertThat(StartAt.after(new Position(7, 42))).isEqualTo(StartAt.after(new Position(7, 42)))
			.hasSameHashCodeAs(StartAt.after(new Position(7, 42)))
			.isNotEqualTo(StartAt.after(new Position(7, 43)))
			.isNotEqualTo(StartAt.oldest());
		assertThat(StartAt.oldest()).isNotEqualTo(StartAt.newest()).isNotEqualTo(StartAt.after(Position.START));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Oldest", "7", "7-", "-1-0", "latest", "7-42 " })
	void otherTextsAreRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> StartAt.parse(text))
			.withMessageContaining("\"" + text + "\"")
			.withMessageContaining("\"oldest\", \"newest\", or a position");
	}

	@Test
	void nothingIsRefused() {
		assertThatNullPointerException().isThrownBy(() -> StartAt.parse(nothing()));
		assertThatNullPointerException().isThrownBy(() -> StartAt.after(nothing()));
	}

}
