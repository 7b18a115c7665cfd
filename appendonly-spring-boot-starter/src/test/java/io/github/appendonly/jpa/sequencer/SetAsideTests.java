package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.BatchPlan;
import java.util.List;
import java.util.Objects;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.StructureOperations;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.repository.SetAside;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Rows that another program has written to an inbox.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class SetAsideTests extends DatabaseTests {

	private static final String NOT_ONE = "length is 1, but items is not a JSON array of that length";

	private long insert(int length, String items) {
		return insert(length, items, null, null);
	}

	/**
	 * Writes a row as another program does.
	 * @return its id
	 */
	private long insert(int length, String items, @Nullable Integer maxLayers, @Nullable Integer maxLength) {
		KeyHolder id = new GeneratedKeyHolder();
		node().jdbc()
			.sql("insert into appendonly_inbox (name, length, items, max_layers, max_length) values (?, ?, ?, ?, ?)")
			.param(this.name)
			.param(length)
			.param(items)
			.param(maxLayers)
			.param(maxLength)
			.update(id, "id");
		return Objects.requireNonNull(id.getKey()).longValue();
	}

	private List<SetAside> setAside() {
		StructureOperations operations = ((JpaAppendOnlyStructures) node().structures()).operations();
		return operations.setAside(this.name, 1000);
	}

	@Test
	void whitespaceAroundAnArrayDoesNoHarm() {
		AppendStack<String> stack = stack(bounds(9, 3));
		insert(2, "[ \"a\" ,\n\"b\"]\n");
		insert(1, " [\"c\"]");
		insert(1, "\r\n\t[\"d\"]\t");
		stack.push("e");
		assertThat(items(stack)).containsExactly("a", "b", "c", "d", "e");
		assertThat(setAside()).isEmpty();
	}

	@Test
	void rowsThatAreNotAsTheyShouldBeAreSetAsideAndTheRestGoesOn() {
		leaveInInbox("a");
		long nine = insert(9, "[\"x\"]");
		long none = insert(0, "[]");
		long negative = insert(-1, "[\"x\"]");
		long huge = insert(Integer.MAX_VALUE, "[\"x\"]");
		List<Long> others = List.of(insert(1, "[\"x\", \"y\"]"), insert(1, "\"x\""), insert(1, "{}"), insert(1, ""),
				insert(1, "[\"x\"}"), insert(1, "[ ]"), insert(1, "[\"x\"] []"));
		long gap = insert(2, "[\"x\", ]");
		long bounds = insert(1, "[\"x\"]", 0, 5);
		long bound = insert(1, "[\"x\"]", 5, null);
		leaveInInbox("b");
		stack().push("c");
		assertHolds(stack(), "a", "b", "c");
		assertThat(inboxRows()).isZero();
		List<SetAside> rows = setAside();
		assertThat(rows).extracting(SetAside::inboxId, SetAside::length, SetAside::reason)
			.contains(tuple(nine, 9, "length is 9, but items is not a JSON array of that length"),
					tuple(none, 0, "length is 0, but must be at least 1"),
					tuple(negative, -1, "length is -1, but must be at least 1"),
					tuple(huge, Integer.MAX_VALUE,
							"length is 2147483647, but items is not a JSON array of that length"),
					tuple(gap, 2, "length is 2, but items is not a JSON array of that length"),
					tuple(bounds, 1, "max_layers is 0 and max_length is 5: both must be at least 1"),
					tuple(bound, 1, "max_layers is 5 and max_length is null: both must be set, or both null"));
		assertThat(rows).filteredOn((row) -> others.contains(row.inboxId()))
			.hasSameSizeAs(others)
			.extracting(SetAside::reason)
			.containsOnly(NOT_ONE);
		assertThat(rows).hasSize(others.size() + 7);
	}

	@Test
	void itemsComeAfterRowsThatAreSetAsideWhicheverWayTheyTake() {
		leaveInInbox("a");
		insert(9, "[\"x\"]");
		assertThat(items(stack())).containsExactly("a");
		insert(9, "[\"x\"]");
		assertThat(stack().pushAsync("b")).succeedsWithin(WAIT);
		insert(9, "[\"x\"]");
		leaveInInbox("c");
		node().inTransaction(() -> {
			stack().push("d");
			assertHolds(stack(), "a", "b", "c", "d");
		});
		insert(9, "[\"x\"]");
		assertThat(stack().newest().orElseThrow().item()).isEqualTo("d");
		assertThat(setAside()).hasSize(4);
		assertThat(inboxRows()).isZero();
	}

	@Test
	void moreRowsThanABatchTakesAreSetAside() {
		for (int i = 0; i < BatchPlan.INBOX_ROWS + 1; i++) {
			insert(0, "[]");
		}
		leaveInInbox("a");
		assertHolds(stack(), "a");
		assertThat(setAside()).hasSize(BatchPlan.INBOX_ROWS + 1);
	}

	@Test
	void rolledBackTransactionSetsNothingAside() {
		insert(9, "[\"x\"]");
		node().transaction().executeWithoutResult((status) -> {
			stack().push("a");
			assertHolds(stack(), "a");
			status.setRollbackOnly();
		});
		assertThat(setAside()).isEmpty();
		assertThat(inboxRows()).isOne();
		assertThat(stack().isEmpty()).isTrue();
		assertThat(setAside()).hasSize(1);
	}

	@Test
	void rowIsPlacedOnceItIsRepaired() {
		stack().push("a");
		insert(9, "[\"b\"]");
		assertHolds(stack(), "a");
		long id = setAside().get(0).id();
		node().inTransaction(() -> {
			node().jdbc()
				.sql("insert into appendonly_inbox (name, length, items)"
						+ " select name, 1, items from appendonly_set_aside where id = ?")
				.param(id)
				.update();
			node().jdbc().sql("delete from appendonly_set_aside where id = ?").param(id).update();
		});
		assertHolds(stack(), "a", "b");
		assertThat(setAside()).isEmpty();
	}

	@Test
	void sealedLayersStayReadableBesideRowsOfOthers() {
		AppendStack<String> stack = stack((with) -> with.bounds(2, 4).archived());
		for (int i = 0; i < 12; i += 2) {
			insert(2, " [ \"" + i + "\",\"" + (i + 1) + "\" ]\n");
			insert(3, "[\"x\"]");
			assertThat(stack.size()).isPositive();
		}
		assertThat(items(node().structures().history(this.name, String.class))).isEqualTo(Numbered.items(0, 12));
	}

}
