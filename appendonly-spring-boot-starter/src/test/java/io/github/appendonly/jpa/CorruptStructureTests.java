package io.github.appendonly.jpa;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.UnexpectedRollbackException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that are not as they should be. Nothing is left out, doubled or shifted without a
 * word, and what is not damaged stays readable.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class CorruptStructureTests extends DatabaseTests {

	/**
	 * Two full layers of four items, and a layer with two slices of one item each.
	 */
	private AppendStack<String> filled(Consumer<StackSettings<String>> settings) {
		AppendStack<String> stack = stack(settings);
		stack.pushAll(Numbered.items(0, 8));
		stack.push("8");
		stack.push("9");
		return stack;
	}

	private void change(String sql) {
		assertThat(node().jdbc().sql(sql.replace("$", "'" + this.name + "'")).update()).isOne();
	}

	private void delete(long generation, int firstIndex) {
		change("delete from appendonly_slice where stack = $ and generation = " + generation + " and first_index = "
				+ firstIndex);
	}

	private void assertCorrupt(ThrowingCallable work, String table, String key) {
		assertThatExceptionOfType(CorruptStructureException.class).isThrownBy(work)
			.withMessageContaining("'" + this.name + "', " + table + ", " + key + ": expected ")
			.satisfies((ex) -> assertThat(ex.damage()).extracting("table", "key").isEqualTo(List.of(table, key)));
	}

	private static List<String> readUntilDamage(Entries<String> entries) {
		List<String> items = new ArrayList<>();
		Iterator<Entry<String>> iterator = entries.iterator();
		assertThatExceptionOfType(CorruptStructureException.class).isThrownBy(() -> {
			while (iterator.hasNext()) {
				items.add(iterator.next().item());
			}
		});
		return items;
	}

	@Test
	void sliceThatIsMissingInTheNewestLayer() {
		AppendStack<String> stack = filled(bounds(10, 4));
		delete(2, 0);
		assertThat(readUntilDamage(stack)).containsExactly("9");
		assertThat(stack.newest(1)).extracting(Entry::item).containsExactly("9");
		assertCorrupt(() -> stack.newest(2), "appendonly_slice", "generation 2");
		assertCorrupt(() -> stack.get(new Position(2, 0)), "appendonly_slice", "generation 2");
		assertThat(stack.get(new Position(2, 1))).contains("9");
		assertThat(stack.get(new Position(2, 2))).isEmpty();
		assertThat(stack.older(new Position(2, 0), 10)).isEqualTo(Numbered.newestFirst(0, 8, 4));
		assertThat(stack.fromOldest(100)).extracting(Changes::entries, Changes::caughtUp)
			.containsExactly(Numbered.entries(0, 8, 4), false);
		assertCorrupt(() -> stack.since(new Position(1, 3), 100), "appendonly_slice", "generation 1");
		assertThat(stack.since(new Position(2, 0), 100).entries()).extracting(Entry::item).containsExactly("9");
	}

	@Test
	void sealedLayerThatIsMissingInTheMiddle() {
		AppendStack<String> stack = filled(bounds(10, 4));
		delete(1, 0);
		assertThat(readUntilDamage(stack)).containsExactly("9", "8");
		assertCorrupt(() -> stack.get(new Position(1, 2)), "appendonly_slice", "generation 1");
		assertThat(stack.older(new Position(1, 0), 10)).isEqualTo(Numbered.newestFirst(0, 4, 4));
		assertThat(stack.fromOldest(100)).extracting(Changes::entries, Changes::caughtUp)
			.containsExactly(Numbered.entries(0, 4, 4), false);
		assertCorrupt(() -> stack.since(new Position(0, 3), 100), "appendonly_slice", "generation 0");
		assertCorrupt(() -> stack.since(new Position(1, 1), 100), "appendonly_slice", "generation 1");
	}

	@Test
	void oldestLayerThatIsMissing() {
		AppendStack<String> stack = filled(bounds(10, 4));
		delete(0, 0);
		assertThat(readUntilDamage(stack)).hasSize(6);
		assertCorrupt(() -> stack.fromOldest(1), "appendonly_slice", "generation 0");
		assertThat(stack.since(new Position(1, 0), 100).entries()).isEqualTo(Numbered.entries(5, 10, 4));
	}

	@Test
	void slicesThatOverlap() {
		AppendStack<String> stack = filled(bounds(10, 4));
		change("update appendonly_slice set length = 2, items = '[\"x\", \"y\"]' where stack = $ and generation = 2"
				+ " and first_index = 0");
		assertThat(readUntilDamage(stack)).isEmpty();
		assertThat(stack.fromOldest(100).entries()).isEqualTo(Numbered.entries(0, 8, 4));
		assertCorrupt(() -> stack.since(new Position(1, 3), 100), "appendonly_slice", "generation 2");
	}

	@Test
	void slicesAfterTheEndOfTheRow() {
		AppendStack<String> stack = filled(bounds(10, 4));
		change("update appendonly_stack set length = 1 where name = $");
		assertCorrupt(() -> stack.since(new Position(2, 0), 10), "appendonly_slice", "generation 2");
		change("update appendonly_stack set generation = 1, length = 4 where name = $");
		assertCorrupt(() -> stack.since(new Position(1, 3), 10), "appendonly_slice", "generation 1");
	}

	@Test
	void lengthOfTheRowThatIsOneOff() {
		for (String length : List.of("length + 1", "length - 1")) {
			AppendStack<String> stack = filled(bounds(10, 4));
			change("update appendonly_stack set length = " + length + " where name = $");
			assertCorrupt(stack::newest, "appendonly_slice", "generation 2");
			assertCorrupt(stack::size, "appendonly_slice", "generation 2");
			assertThat(stack.isEmpty()).isFalse();
			assertCorrupt(() -> stack.push("x"), "appendonly_slice", "generation 2");
			assertCorrupt(() -> node().inTransaction(() -> stack.push("x", (layer) -> {
			})), "appendonly_slice", "generation 2");
			assertThat(stack.pushAsync("x")).failsWithin(WAIT)
				.withThrowableThat()
				.withCauseInstanceOf(CorruptStructureException.class);
			assertThat(stack.older(new Position(1, 1), 10)).isEqualTo(Numbered.newestFirst(0, 5, 4));
			assertThat(stack.get(new Position(1, 1))).contains("5");
			assertThat(stack.fromOldest(100).caughtUp()).isFalse();
			node().structures().drop(this.name);
			stack.push("new");
			assertHolds(stack, "new");
			node().structures().drop(this.name);
		}
	}

	@Test
	void rowThatIsMissing() {
		AppendStack<String> stack = filled(bounds(10, 4));
		change("delete from appendonly_stack where name = $");
		assertCorrupt(stack::newest, "appendonly_slice", "generation 0");
		assertCorrupt(() -> stack.fromOldest(1), "appendonly_slice", "generation 0");
		assertCorrupt(() -> node().inTransaction(() -> {
			stack.newest();
		}), "appendonly_slice", "generation 0");
		assertCorrupt(() -> stack.push("x"), "appendonly_slice", "generation 0");
		leaveInInbox("x");
		assertCorrupt(stack::newest, "appendonly_slice", "generation 0");
		node().structures().drop(this.name);
		assertThat(stack.isEmpty()).isTrue();
		stack.push("new");
		assertHolds(stack, "new");
	}

	@Test
	void textThatDoesNotHoldAsManyItemsAsItsLengthSays() {
		AppendStack<String> stack = filled(bounds(10, 4));
		assertThat(stack.size()).isEqualTo(10);
		change("update appendonly_slice set items = '[\"4\",\"5\",\"6\"]' where stack = $ and generation = 1");
		assertThat(readUntilDamage(stack)).containsExactly("9", "8");
		assertCorrupt(() -> stack.get(new Position(1, 1)), "appendonly_slice", "generation 1, first_index 0");
		assertCorrupt(() -> stack.since(new Position(0, 3), 2), "appendonly_slice", "generation 1, first_index 0");
		assertThat(stack.fromOldest(3).entries()).isEqualTo(Numbered.entries(0, 3, 4));
	}

	@Test
	void lengthThatItsTextDoesNotHave() {
		AppendStack<String> stack = stack(bounds(10, 4));
		stack.pushAll(Numbered.items(0, 3));
		assertThat(items(stack)).hasSize(3);
		change("update appendonly_slice set length = 2 where stack = $");
		change("update appendonly_stack set length = 2 where name = $");
		assertCorrupt(stack::newest, "appendonly_slice", "generation 0, first_index 0");
	}

	@Test
	void rowOfAnAccumulatorWhoseLengthIsNotThatOfItsText() {
		node().structures().accumulator(this.name, String.class).append("a");
		change("update appendonly_accumulator set length = 2 where name = $");
		assertThatExceptionOfType(CorruptStructureException.class)
			.isThrownBy(() -> node().structures().accumulator(this.name, String.class).consume())
			.withMessageContaining("accumulator '" + this.name + "', appendonly_accumulator, id ");
	}

	@Test
	void archivedLayerThatIsMissingInTheMiddle() {
		filled((with) -> with.bounds(1, 2).archived());
		Archive<String> archive = node().structures().archive(this.name, String.class);
		assertThat(items(archive)).isEqualTo(Numbered.items(0, 8));
		change("delete from appendonly_archived_layer where archive = $ and generation = 1");
		String table = "appendonly_archived_layer";
		assertThat(readUntilDamage(archive)).containsExactly("7", "6", "5", "4");
		assertThat(archive.older(new Position(1, 0), 10)).isEqualTo(Numbered.newestFirst(0, 2, 2));
		assertCorrupt(() -> archive.older(new Position(1, 1), 10), table, "generation 1");
		assertCorrupt(() -> archive.get(new Position(1, 0)), table, "generation 1");
		assertCorrupt(() -> archive.layer(1), table, "generation 1");
		assertThat(archive.layer(0)).contains(Numbered.layer(0, 2));
		assertThat(archive.layer(2)).contains(Numbered.layer(2, 2));
		assertThat(archive.layer(9)).isEmpty();
		assertThat(archive.fromOldest(100)).extracting(Changes::entries, Changes::caughtUp)
			.containsExactly(Numbered.entries(0, 2, 2), false);
		assertCorrupt(() -> archive.since(new Position(0, 1), 100), table, "generation 1");
		assertCorrupt(() -> archive.since(new Position(1, 0), 100), table, "generation 1");
		assertThat(archive.since(new Position(1, 1), 100).entries()).isEqualTo(Numbered.entries(4, 8, 2));
		Iterator<Layer<String>> layers = archive.layers().iterator();
		assertThat(List.of(layers.next(), layers.next())).extracting(Layer::generation).containsExactly(3L, 2L);
		assertCorrupt(layers::hasNext, table, "generation 1");
		assertThat(readUntilDamage(node().structures().history(this.name, String.class))).hasSize(6);
		node().structures().expireArchive(this.name, Instant.now().plusSeconds(3600));
		assertThat(archive.since(new Position(0, 1), 100)).extracting(Changes::entries, Changes::expired)
			.containsExactly(Numbered.entries(6, 8, 2), true);
	}

	@Test
	void layerIsNotSealedFromSlicesThatAreNotConsecutive() {
		for (int missing : List.of(0, 1)) {
			AppendStack<String> stack = stack(bounds(10, 4));
			for (String item : Numbered.items(0, 3)) {
				stack.push(item);
			}
			delete(0, missing);
			assertCorrupt(() -> stack.push("3"), "appendonly_slice", "generation 0");
			assertThat(stack.get(new Position(0, 2))).contains("2");
			assertCorrupt(() -> stack.newest(3), "appendonly_slice", "generation 0");
			node().structures().drop(this.name);
		}
	}

	@Test
	void layerIsNotArchivedWithoutItsSlices() {
		AppendStack<String> stack = stack((with) -> with.bounds(2, 2).archived());
		stack.pushAll(Numbered.items(0, 3));
		stack.push("3");
		delete(0, 0);
		assertCorrupt(() -> stack.push("4"), "appendonly_slice", "generation 0");
		assertCorrupt(() -> node().inTransaction(() -> {
			stack.push("4");
			stack.newest();
		}), "appendonly_slice", "generation 0");
		assertThat(node().structures().archive(this.name, String.class)).isEmpty();
		assertThat(stack.newest(2)).isEqualTo(Numbered.newestFirst(2, 4, 2));
	}

	@Test
	void layerIsNotHandedToAPrunerWithoutItsSlices() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(
				(with) -> with.bounds(2, 2).pruner((layer) -> pruned.add(Layer.copyOf(layer))));
		stack.pushAll(Numbered.items(0, 4));
		delete(0, 0);
		assertCorrupt(() -> stack.push("4"), "appendonly_slice", "generation 0");
		assertThat(pruned).isEmpty();
	}

	@Test
	void damageLeavesWithALayerThatNobodyGets() {
		AppendStack<String> stack = stack(bounds(2, 2));
		stack.pushAll(Numbered.items(0, 4));
		delete(0, 0);
		stack.push("4");
		assertThat(stack.fromOldest(100).entries()).isEqualTo(Numbered.entries(2, 5, 2));
		assertThat(stack).extracting(Entry::item).containsExactly("4", "3", "2");
	}

	@Test
	void transactionThatFindsDamageIsRolledBack() {
		AppendStack<String> stack = stack(bounds(10, 3));
		stack.push("0");
		stack.push("1");
		delete(0, 0);
		assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(() -> node().transaction().executeWithoutResult((status) -> {
				stack.push("2");
				assertCorrupt(stack::newest, "appendonly_slice", "generation 0");
			}));
		assertThat(inboxRows()).isZero();
		assertThat(stack.newest(1)).isEqualTo(Numbered.newestFirst(1, 2, 3));
	}

}
