package io.github.appendonly;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StackBoundsTests {

	@Test
	void defaultIsTenLayersOfAHundred() {
		assertThat(StackBounds.DEFAULT).isEqualTo(new StackBounds(10, 100));
	}

	@Test
	void eachLimitCanBeGivenWithoutTheOther() {
		assertThat(StackBounds.DEFAULT.withMaxLayers(4)).isEqualTo(new StackBounds(4, 100));
		assertThat(StackBounds.DEFAULT.withMaxLength(7)).isEqualTo(new StackBounds(10, 7));
	}

	@Test
	void limitsOfOneAreTaken() {
		assertThat(new StackBounds(1, 1).maxLayers()).isOne();
		assertThat(new StackBounds(1, 1).maxLength()).isOne();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, Integer.MIN_VALUE })
	void limitsBelowOneAreRefusedByName(int limit) {
		assertThatIllegalArgumentException().isThrownBy(() -> new StackBounds(limit, 1))
			.withMessage("maxLayers must be at least 1, but is " + limit);
		assertThatIllegalArgumentException().isThrownBy(() -> new StackBounds(1, limit))
			.withMessage("maxLength must be at least 1, but is " + limit);
		assertThatIllegalArgumentException().isThrownBy(() -> StackBounds.DEFAULT.withMaxLayers(limit));
		assertThatIllegalArgumentException().isThrownBy(() -> StackBounds.DEFAULT.withMaxLength(limit));
	}

}
