package io.github.appendonly.jpa;

import java.time.Instant;
import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Damage;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * All damages of the structures of a name.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class VerificationTests extends DatabaseTests {

	private void change(String sql) {
		node().jdbc().sql(sql.replace("$", "'" + this.name + "'")).update();
	}

	private List<Damage> damages() {
		return node().structures().verify(this.name);
	}

	private List<String> keys() {
		return damages().stream().map((damage) -> damage.table() + " " + damage.key()).toList();
	}

	@Test
	void soundStructuresHaveNone() {
		assertThat(damages()).isEmpty();
		AppendStack<String> stack = stack((with) -> with.bounds(60, 3).archived());
		for (int i = 0; i < 200; i += 5) {
			stack.pushAll(Numbered.items(i, i + 4));
			node().inTransaction(() -> stack.push("x"));
			assertThat(damages()).isEmpty();
		}
		stack.push("a");
		stack.push("b");
		stack((with) -> with.bounds(60, 1).archived()).push("c");
		leaveInInbox("d");
		node().structures().accumulator(this.name, String.class).extend(Numbered.items(0, 9));
		node().structures().accumulator(this.name, String.class).append("e");
		assertThat(damages()).isEmpty();
		node().structures().expireArchive(this.name, Instant.now().plusSeconds(3600));
		assertThat(damages()).isEmpty();
	}

	@Test
	void archivesWithEmptyLayersAndGapsHaveNone() {
		Archive<String> archive = node().structures().archive(this.name, String.class);
		archive.addLayer(new Layer<>(3, List.of("a")));
		archive.addLayer(new Layer<>(7, List.of()));
		archive.addLayer(new Layer<>(8, List.of()));
		archive.addLayer(new Layer<>(90, List.of("b", "c")));
		assertThat(damages()).isEmpty();
		assertThat(items(archive)).containsExactly("a", "b", "c");
		assertThat(archive).hasSize(3);
		assertThat(archive.layers()).hasSize(4);
	}

	@Test
	void allDamagesOfAStackAreFound() {
		stack(bounds(300, 1)).pushAll(Numbered.items(0, 200));
		change("delete from appendonly_slice where stack = $ and generation in (0, 150, 198)");
		change("delete from appendonly_slice where stack = $ and generation between 20 and 90");
		change("update appendonly_slice set items = '[1, 2]' where stack = $ and generation = 10");
		change("insert into appendonly_slice (stack, generation, first_index, length, items, stamp)"
				+ " values ($, 120, 1, 1, '[1]', 1)");
		change("insert into appendonly_slice (stack, generation, first_index, length, items, stamp)"
				+ " values ($, 500, 0, 1, '[1]', 1)");
		String table = "appendonly_slice generation ";
		assertThat(keys()).containsExactlyInAnyOrder(table + 199, table + 198, table + 150, table + 90,
				table + "10, first_index 0", table + 0);
	}

	@Test
	void slicesWithoutAStackAreFound() {
		stack().push("a");
		change("delete from appendonly_stack where name = $");
		assertThat(keys()).containsExactly("appendonly_slice generation 0");
	}

	@Test
	void allDamagesOfAnArchiveAreFound() {
		stack((with) -> with.bounds(1, 1).archived()).pushAll(Numbered.items(0, 100));
		change("delete from appendonly_archived_layer where archive = $ and generation in (10, 11, 60)");
		change("update appendonly_archived_layer set item_count = 7 where archive = $ and generation = 80");
		change("update appendonly_archived_layer set items = 'x' where archive = $ and generation = 3");
		change("update appendonly_stack set pruned_length = 5 where name = $");
		String table = "appendonly_archived_layer generation ";
		assertThat(keys()).containsExactlyInAnyOrder(table + 12, table + 61, table + 80, table + 81, table + 3,
				table + 98);
	}

	@Test
	void layersThatTheStackStillHasAreFoundInItsArchive() {
		stack((with) -> with.bounds(2, 1).archived()).pushAll(Numbered.items(0, 4));
		change("update appendonly_stack set oldest_generation = 1 where name = $");
		assertThat(keys()).contains("appendonly_archived_layer generation 1");
	}

	@Test
	void rowsOfAccumulatorsAreVerified() {
		node().structures().accumulator(this.name, String.class).append("a");
		change("update appendonly_accumulator set length = 2 where name = $");
		assertThat(damages()).singleElement()
			.extracting(Damage::structure, Damage::expected)
			.containsExactly("accumulator '" + this.name + "'", "a JSON array of 2 items, as length says");
	}

	@Test
	void atMostAHundredAreReturned() {
		for (int i = 0; i < 150; i++) {
			node().structures().accumulator(this.name, String.class).append("a");
		}
		change("update appendonly_accumulator set length = 2 where name = $");
		assertThat(damages()).hasSize(100);
	}

	@Test
	void transactionThatCannotTellIsRefused() {
		stack().push("a");
		TransactionTemplate snapshot = node().transaction();
		snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		snapshot.executeWithoutResult((status) -> {
			if (this.database == TestDatabase.H2) {
				assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(this::damages)
					.withMessageContaining(this.name);
			}
			else {
				assertThat(damages()).isEmpty();
			}
		});
	}

	@Test
	void nameMustBeValid() {
		assertThatIllegalArgumentException().isThrownBy(() -> node().structures().verify(" "));
	}

}
