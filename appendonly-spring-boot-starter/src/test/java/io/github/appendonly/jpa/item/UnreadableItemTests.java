package io.github.appendonly.jpa.item;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.Entries;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.ReadOption;
import io.github.appendonly.Unreadable;
import io.github.appendonly.docs.Order;
import io.github.appendonly.docs.OrderAudit;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.memory.InMemoryArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Items that were written as one type and cannot be read as another one.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class UnreadableItemTests extends DatabaseTests {

	record Old(String kind) {
	}

	enum Kind {

		A, B, C, D, E, F

	}

	record New(Kind kind) {
	}

	private AppendStack<New> renamed(Consumer<StackSettings<New>> settings) {
		return node().structures().stack(this.name, New.class, settings);
	}

	private AppendStack<New> renamed() {
		return node().structures().stack(this.name, New.class);
	}

	private void push(int maxLayers, int maxLength, String... kinds) {
		AppendStack<Old> stack = node().structures()
			.stack(this.name, Old.class, (settings) -> settings.bounds(maxLayers, maxLength).archived());
		for (String kind : kinds) {
			stack.push(new Old(kind));
		}
	}

	private static List<String> kinds(Changes<New> changes) {
		return changes.entries().stream().map((entry) -> entry.item().kind().name()).toList();
	}

	private static List<String> texts(List<Unreadable> unreadable) {
		return unreadable.stream().map((one) -> one.position() + " " + one.text()).toList();
	}

	@Test
	void followerStepsOverExactlyTheItemThatCannotBeRead() {
		push(9, 4, "A", "RENAMED", "B", "C", "GONE", "GONE", "D");
		assertFollowed(renamed());
		assertFollowed(node().structures().stack(this.name, New.class, (stack) -> {
		}));
	}

	@Test
	void followerOfAHistoryMissesNothingThatIsArchivedBeforeTheItem() {
		push(2, 2, "A", "RENAMED", "B", "C", "GONE", "GONE", "D");
		assertFollowed(node().structures().history(this.name, New.class));
		assertFollowed(new History<>(renamed(), node().structures().archive(this.name, New.class)));
	}

	/**
	 * Reads as a follower that is told where to go on by the exceptions.
	 */
	private void assertFollowed(Entries<New> entries) {
		for (int limit : new int[] { 1, 2, 3, 100 }) {
			List<String> followed = new ArrayList<>();
			Position cursor = Position.START;
			boolean caughtUp = false;
			while (!caughtUp) {
				try {
					Changes<New> changes = entries.since(cursor, limit);
					followed.addAll(kinds(changes));
					cursor = changes.cursor();
					caughtUp = changes.caughtUp();
				}
				catch (ItemConversionException ex) {
					cursor = ex.position().orElseThrow();
					followed.add("not " + cursor);
				}
			}
			int perLayer = entries.get(new Position(0, 3)).isPresent() ? 4 : 2;
			List<String> expected = new ArrayList<>();
			IntStream.range(0, 7).forEach((i) -> {
				String kind = List.of("A", "RENAMED", "B", "C", "GONE", "GONE", "D").get(i);
				expected.add((kind.length() == 1) ? kind : "not " + new Position(i / perLayer, i % perLayer));
			});
			assertThat(followed).isEqualTo(expected);
		}
	}

	@Test
	void followerIsToldWhatHasExpiredBeforeTheItemThatCannotBeRead() {
		push(1, 2, "A", "B", "C", "D", "GONE", "E");
		node().structures().expireArchive(this.name, Instant.now().plusSeconds(3600));
		Changes<New> expired = renamed().since(new Position(0, 0), 100);
		assertThat(expired).extracting(Changes::entries, Changes::caughtUp, Changes::expired)
			.containsExactly(List.of(), false, true);
		ItemConversionException failure = catchThrowableOfType(ItemConversionException.class,
				() -> renamed().since(expired.cursor(), 100));
		assertThat(failure.position()).contains(new Position(2, 0));
		assertThat(kinds(renamed().since(new Position(2, 0), 100))).containsExactly("E");
	}

	@Test
	void followerOfAHistoryIsToldWhatHasExpiredBeforeTheItemThatCannotBeRead() {
		push(1, 2, "A", "B", "GONE", "D", "E");
		node().structures().expireArchive(this.name, Instant.now().plusSeconds(3600));
		History<New> history = node().structures().history(this.name, New.class);
		Changes<New> expired = history.since(new Position(0, 0), 100);
		assertThat(expired).extracting(Changes::entries, Changes::caughtUp, Changes::expired)
			.containsExactly(List.of(), false, true);
		ItemConversionException failure = catchThrowableOfType(ItemConversionException.class,
				() -> history.since(expired.cursor(), 100));
		assertThat(failure.position()).contains(new Position(1, 0));
		assertThat(kinds(history.since(new Position(1, 0), 100))).containsExactly("D", "E");
	}

	@Test
	void exceptionNamesTheStructureThePositionAndTheType() {
		push(9, 4, "RENAMED");
		ItemConversionException failure = catchThrowableOfType(ItemConversionException.class,
				() -> renamed().fromOldest(5));
		assertThat(failure.structure()).isEqualTo("stack '" + this.name + "'");
		assertThat(failure.position()).contains(new Position(0, 0));
		assertThat(failure.type()).isEqualTo(New.class.getName());
		assertThat(failure).hasMessageContaining("Cannot read the item at 0-0 of stack '" + this.name + "' as ")
			.hasMessageContaining("RENAMED")
			.hasCauseInstanceOf(RuntimeException.class);
		AppendStack<BigInteger> stack = node().structures().stack(this.name + "-written", BigInteger.class);
		ItemConversionException refusal = catchThrowableOfType(ItemConversionException.class,
				() -> stack.push(new BigInteger("9".repeat(1001))));
		assertThat(refusal.position()).isEmpty();
		assertThat(refusal.structure()).isEqualTo("stack '" + this.name + "-written'");
		assertThat(refusal.type()).isEqualTo("java.math.BigInteger");
	}

	@Test
	void unreadableItemsAreReportedToAReaderThatAsks() {
		push(2, 2, "A", "RENAMED", "B", "C", "GONE", "GONE", "D");
		Changes<New> kept = renamed().fromOldest(9, ReadOption.REPORT_UNREADABLE);
		assertThat(kinds(kept)).containsExactly("D");
		assertThat(texts(kept.unreadable())).containsExactly("2-0 {\"kind\":\"GONE\"}", "2-1 {\"kind\":\"GONE\"}");
		assertThat(kept.unreadable().get(0).reason()).contains("GONE");
		assertThat(kept.cursor()).isEqualTo(new Position(3, 0));
		assertThat(kept.caughtUp()).isTrue();
		for (Entries<New> all : List.of(node().structures().history(this.name, New.class),
				new History<>(renamed(), node().structures().archive(this.name, New.class)))) {
			for (Changes<New> changes : List.of(all.fromOldest(9, ReadOption.REPORT_UNREADABLE),
					all.since(Position.START, 9, ReadOption.REPORT_UNREADABLE))) {
				assertThat(kinds(changes)).containsExactly("A", "B", "C", "D");
				assertThat(texts(changes.unreadable())).containsExactly("0-1 {\"kind\":\"RENAMED\"}",
						"2-0 {\"kind\":\"GONE\"}", "2-1 {\"kind\":\"GONE\"}");
				assertThat(changes.cursor()).isEqualTo(new Position(3, 0));
				assertThat(changes.caughtUp()).isTrue();
			}
			Changes<New> step = all.since(new Position(0, 0), 2, ReadOption.REPORT_UNREADABLE);
			assertThat(kinds(step)).containsExactly("B");
			assertThat(texts(step.unreadable())).hasSize(1);
			assertThat(step.cursor()).isEqualTo(new Position(1, 0));
			assertThat(step.caughtUp()).isFalse();
		}
	}

	@Test
	void everyItemMayBeUnreadable() {
		push(9, 3, "X", "X", "X", "X");
		Changes<New> changes = renamed().fromOldest(3, ReadOption.REPORT_UNREADABLE);
		assertThat(changes.entries()).isEmpty();
		assertThat(changes.unreadable()).hasSize(3);
		assertThat(changes.cursor()).isEqualTo(new Position(0, 2));
		assertThat(changes.caughtUp()).isFalse();
		assertThat(renamed().since(changes.cursor(), 3, ReadOption.REPORT_UNREADABLE).unreadable()).hasSize(1);
		assertThat(renamed().size()).isEqualTo(4);
	}

	@Test
	void iterationFailsAtTheItemAndGoesOnBelow() {
		push(2, 2, "A", "RENAMED", "B", "C", "GONE", "GONE", "D");
		for (Iterable<Entry<New>> all : List.of(node().structures().history(this.name, New.class),
				node().structures().history(this.name, New.class).older(new Position(9, 0)),
				new History<>(renamed(), node().structures().archive(this.name, New.class)))) {
			List<String> read = new ArrayList<>();
			Iterator<Entry<New>> iterator = all.iterator();
			while (true) {
				try {
					if (!iterator.hasNext()) {
						break;
					}
					read.add(iterator.next().item().kind().name());
				}
				catch (ItemConversionException ex) {
					read.add("not " + ex.position().orElseThrow());
				}
			}
			assertThat(read).containsExactly("D", "not 2-1", "not 2-0", "C", "B", "not 0-1", "A");
		}
	}

	@Test
	void pageThatWouldContainTheItemFailsAndOthersDoNot() {
		push(9, 9, "A", "RENAMED", "B", "C");
		assertThat(renamed().newest(2)).hasSize(2);
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> renamed().newest(3))
			.matches((ex) -> ex.position().orElseThrow().equals(new Position(0, 1)));
		assertThat(renamed().older(new Position(0, 1), 9)).containsExactly(Entry.of(0, 0, new New(Kind.A)));
	}

	@Test
	void prunerGetsWhatCannotBeReadAndPushesGoOn() {
		push(2, 2, "A", "RENAMED", "B", "C");
		List<Layer<New>> pruned = new ArrayList<>();
		AppendStack<New> stack = renamed(
				(settings) -> settings.bounds(2, 2).pruner((layer) -> pruned.add(Layer.copyOf(layer))));
		stack.push(new New(Kind.D));
		stack.pushAsync(new New(Kind.E)).join();
		node().inTransaction(() -> stack.push(new New(Kind.F)));
		assertThat(stack.stream().map(Entry::item)).startsWith(new New(Kind.F), new New(Kind.E), new New(Kind.D));
		assertThat(pruned).extracting(Layer::generation).containsExactly(0L, 1L);
		assertThat(pruned.get(0).entries()).containsExactly(Entry.of(0, 0, new New(Kind.A)));
		assertThat(texts(pruned.get(0).unreadable())).containsExactly("0-1 {\"kind\":\"RENAMED\"}");
		assertThat(pruned.get(0).length()).isEqualTo(2);
		assertThat(pruned.get(1)).isEqualTo(new Layer<>(1, List.of(new New(Kind.B), new New(Kind.C))));
	}

	@Test
	void archiveOfAnotherNameKeepsTheTextsThatCannotBeRead() {
		push(2, 3, "RENAMED", "A", "\u0000\ud800", "B", "C", "D");
		String other = this.name + "-other";
		Archive<New> archive = node().structures().archive(other, New.class);
		renamed((settings) -> settings.bounds(2, 3).pruner(archive::addLayer)).push(new New(Kind.E));
		assertThat(archive.size()).isEqualTo(3);
		assertThat(node().structures().archive(other, Old.class).layer(0))
			.contains(new Layer<>(0, List.of(new Old("RENAMED"), new Old("A"), new Old("\u0000\ud800"))));
		assertThat(archive.get(new Position(0, 1))).contains(new New(Kind.A));
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> archive.layer(0))
			.withMessageContaining("0-0");
	}

	@Test
	void archiveOnTheHeapKeepsWhatCannotBeRead() {
		push(2, 2, "A", "RENAMED", "B", "C");
		InMemoryArchive<New> archive = new InMemoryArchive<>();
		renamed((settings) -> settings.bounds(2, 2).pruner(archive::addLayer)).push(new New(Kind.D));
		Changes<New> changes = archive.fromOldest(9);
		assertThat(kinds(changes)).containsExactly("A");
		assertThat(texts(changes.unreadable())).containsExactly("0-1 {\"kind\":\"RENAMED\"}");
		assertThat(changes.cursor()).isEqualTo(new Position(0, 1));
		assertThat(archive.size()).isEqualTo(2);
	}

	@Test
	void consumerGetsWhatIsBeforeTheItemAndCanTakeItOut() {
		Accumulator<Old> old = node().structures().accumulator(this.name, Old.class);
		old.append(new Old("A"));
		old.extend(List.of(new Old("B"), new Old("RENAMED"), new Old("C")));
		old.append(new Old("D"));
		Accumulator<New> renamed = node().structures().accumulator(this.name, New.class);
		assertThat(renamed.consume()).containsExactly(new New(Kind.A), new New(Kind.B));
		for (int limit : new int[] { 1, 9 }) {
			assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> renamed.consume(limit))
				.withMessageContaining("accumulator '" + this.name + "'")
				.withMessageContaining("RENAMED");
		}
		assertThat(renamed.size()).isEqualTo(3);
		assertThat(node().structures().accumulator(this.name, JsonNode.class).consume(1)).hasSize(1);
		assertThat(renamed.consume()).containsExactly(new New(Kind.C), new New(Kind.D));
		assertThat(renamed).isEmpty();
	}

	record Broken(String text) {

		static {
			fail();
		}

		private static void fail() {
			throw new IllegalStateException("not this class");
		}

	}

	@Test
	void errorOfTheClassIsAFailureOfTheItem() {
		stack().push("a");
		AppendStack<Broken> broken = node().structures().stack(this.name, Broken.class);
		assertThat(broken.fromOldest(9, ReadOption.REPORT_UNREADABLE).unreadable()).hasSize(1);
		node().jdbc()
			.sql("update appendonly_slice set items = '[{\"text\":\"a\"}]' where stack = ?")
			.param(this.name)
			.update();
		assertThat(broken.fromOldest(9, ReadOption.REPORT_UNREADABLE).unreadable()).hasSize(1);
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(broken::newest);
	}

	@Test
	void followerOfTheDocumentationLeavesOutWhatItCannotRead() {
		AppendStack<Object> any = node().structures().stack(this.name, Object.class);
		Order order = new Order("1", BigDecimal.ONE);
		any.push(order);
		any.push("no order");
		any.push(order);
		List<Order> shipped = new ArrayList<>();
		OrderAudit audit = new OrderAudit(node().structures().stack(this.name, Order.class), shipped::add);
		assertThat(audit.follow(Position.START)).isEqualTo(new Position(0, 2));
		assertThat(shipped).hasSize(2);
	}

	@Test
	void iterationOverLayersGoesOnBelowOneThatCannotBeRead() {
		push(1, 2, "A", "B", "RENAMED", "C", "D", "E", "F");
		Iterator<Layer<New>> layers = node().structures().archive(this.name, New.class).layers().iterator();
		assertThat(layers.next()).isEqualTo(new Layer<>(2, List.of(new New(Kind.D), new New(Kind.E))));
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(layers::next).withMessageContaining("1-0");
		assertThat(layers.next()).isEqualTo(new Layer<>(0, List.of(new New(Kind.A), new New(Kind.B))));
		assertThat(layers.hasNext()).isFalse();
	}

}
