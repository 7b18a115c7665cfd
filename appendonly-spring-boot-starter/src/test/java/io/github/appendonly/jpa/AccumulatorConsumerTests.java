package io.github.appendonly.jpa;

import java.util.List;

import io.github.appendonly.Accumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What consumers of one accumulator leave to each other.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class AccumulatorConsumerTests extends DatabaseTests {

	private Accumulator<String> accumulator() {
		return node().structures().accumulator(this.name, String.class);
	}

	@Test
	void secondConsumerGetsNothingOfARowThatTheFirstHasTakenInPart() {
		accumulator().extend(List.of("a", "b", "c"));
		node().transaction().executeWithoutResult((status) -> {
			assertThat(accumulator().consume(1)).containsExactly("a");
			assertThat(elsewhere(() -> accumulator().consume())).isEmpty();
			assertThat(elsewhere(() -> accumulator().isEmpty())).isFalse();
			assertThat(elsewhere(() -> accumulator().size())).isEqualTo(3);
			status.setRollbackOnly();
		});
		assertThat(accumulator().consume()).containsExactly("a", "b", "c");
	}

	@Test
	void restOfARowThatWasTakenInPartComesWithTheCommit() {
		accumulator().extend(List.of("a", "b", "c"));
		node().inTransaction(() -> {
			assertThat(accumulator().consume(1)).containsExactly("a");
			assertThat(elsewhere(() -> accumulator().consume())).isEmpty();
		});
		assertThat(accumulator().consume()).containsExactly("b", "c");
	}

	/**
	 * H2 locks all rows that it sorts, and not only those that it returns.
	 */
	@Test
	void secondConsumerGetsTheRowsThatTheFirstHasNotLocked() {
		accumulator().append("a");
		accumulator().append("b");
		List<String> rest = (this.database == TestDatabase.H2) ? List.of() : List.of("b");
		node().transaction().executeWithoutResult((status) -> {
			assertThat(accumulator().consume(1)).containsExactly("a");
			assertThat(elsewhere(() -> accumulator().consume())).isEqualTo(rest);
			status.setRollbackOnly();
		});
		assertThat(accumulator().consume()).isEqualTo(rest.isEmpty() ? List.of("a", "b") : List.of("a"));
	}

}
