package io.github.appendonly.state;

import io.github.appendonly.Position;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExpiryMarkTests {

	@Test
	void cursorAtTheLastMissingItemIsValidAndTheOneBeforeHasExpired() {
		ExpiryMark mark = new ExpiryMark(4, 3);
		assertThat(mark.expires(new Position(4, 1))).isTrue();
		assertThat(mark.expires(new Position(4, 2))).isFalse();
		assertThat(mark.expires(new Position(3, Integer.MAX_VALUE))).isTrue();
		assertThat(mark.expires(new Position(5, 0))).isFalse();
		assertThat(mark.expires(4, 2)).isTrue();
		assertThat(mark.expires(4, 3)).isFalse();
	}

	@Test
	void cursorWithinALayerOfUnknownLengthIsValid() {
		ExpiryMark mark = ExpiryMark.before(5);
		assertThat(mark.expires(new Position(4, 0))).isFalse();
		assertThat(mark.expires(new Position(3, 99))).isTrue();
		assertThat(ExpiryMark.before(1).expires(new Position(0, 0))).isFalse();
	}

	@Test
	void startExpiresBeforeEveryLayerButTheFirst() {
		assertThat(ExpiryMark.before(0).expires(Position.START)).isFalse();
		assertThat(ExpiryMark.before(1).expires(Position.START)).isTrue();
		assertThat(ExpiryMark.before(2).expires(Position.START)).isTrue();
	}

	@Test
	void nothingExpiresWhereNothingIsMissing() {
		assertThat(ExpiryMark.NONE.expires(new Position(0, 0))).isFalse();
		assertThat(ExpiryMark.NONE.expires(0, 0)).isFalse();
		assertThat(ExpiryMark.before(0)).isEqualTo(ExpiryMark.NONE);
	}

}
