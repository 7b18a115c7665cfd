package io.github.appendonly.jpa;

import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.jpa.item.ItemConversionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

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

	@Test
	void restOfARowKeepsItsPlace() {
		accumulator().extend(List.of("a", "b", "c"));
		accumulator().append("d");
		assertThat(accumulator().consume(1)).containsExactly("a");
		accumulator().append("e");
		assertThat(accumulator()).containsExactly("b", "c", "d", "e");
		assertThat(accumulator().consume(1)).containsExactly("b");
		assertThat(accumulator().consume(2)).containsExactly("c", "d");
		assertThat(accumulator().consume()).containsExactly("e");
	}

	@Test
	void moreRowsThanOneStatementTakes() {
		List<String> items = IntStream.range(0, 2100).mapToObj(String::valueOf).toList();
		node().inTransaction(() -> items.forEach((item) -> node().jdbc()
			.sql("insert into appendonly_accumulator (name, length, items) values (?, 1, ?)")
			.params(this.name, "[\"" + item + "\"]")
			.update()));
		assertThat(accumulator().consume(1)).isEqualTo(items.subList(0, 1));
		assertThat(accumulator().consume(1050)).isEqualTo(items.subList(1, 1051));
		assertThat(accumulator().consume()).isEqualTo(items.subList(1051, 2100));
		assertThat(accumulator()).isEmpty();
	}

	@Test
	void limitWithinOneOfManyLongRows() {
		for (int i = 0; i < 5; i++) {
			accumulator().extend(List.of(i + "a", i + "b", i + "c"));
		}
		assertThat(accumulator().consume(7)).containsExactly("0a", "0b", "0c", "1a", "1b", "1c", "2a");
		assertThat(accumulator().consume(2)).containsExactly("2b", "2c");
		assertThat(accumulator().size()).isEqualTo(6);
	}

	/**
	 * A consumer that goes on after the failure has taken nothing.
	 */
	@Test
	void itemThatCannotBeReadStaysWhereItIs() {
		accumulator().append("a");
		accumulator().extend(List.of("b", "c"));
		Accumulator<Integer> numbers = node().structures().accumulator(this.name, Integer.class);
		node().inTransaction(
				() -> assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> numbers.consume(2)));
		assertThat(accumulator()).containsExactly("a", "b", "c");
		assertThat(accumulator().consume()).containsExactly("a", "b", "c");
	}

	/**
	 * A plan of a small table would read and sort all rows of a large one.
	 */
	@Test
	void longQueueIsReadAsFarAsItIsConsumed() {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		node().inTransaction(() -> {
			for (int i = 0; i < 20; i++) {
				accumulator().append("a");
				assertThat(accumulator().consume(1)).containsExactly("a");
			}
			node().jdbc()
				.sql("insert into appendonly_accumulator (name, length, items)"
						+ " select ?, 1, '[\"b\"]' from generate_series(1, 5000)")
				.param(this.name)
				.update();
			long before = rowsRead();
			assertThat(accumulator().consume(2)).containsExactly("b", "b");
			assertThat(rowsRead() - before).isLessThan(1000);
			assertThat(node().jdbc()
				.sql("select current_setting('enable_sort') || current_setting('enable_seqscan')")
				.query(String.class)
				.single()).isEqualTo("onon");
		});
	}

	private long rowsRead() {
		return node().jdbc()
			.sql("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables"
					+ " where relname = 'appendonly_accumulator'")
			.query(Long.class)
			.single();
	}

}
