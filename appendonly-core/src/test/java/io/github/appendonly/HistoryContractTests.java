package io.github.appendonly;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The contract of every {@link History}, outside of transactions. Extend this class for
 * an implementation of a stack and its archive. Each call of the factory method must
 * return a new stack and a new archive without items.
 */
public abstract class HistoryContractTests {

	/**
	 * A stack, and the archive that gets every layer it prunes.
	 */
	public record Archived(AppendStack<String> stack, Archive<String> archive) {

		History<String> history() {
			return new History<>(this.stack, this.archive);
		}

	}

	protected abstract Archived archived(StackBounds bounds);

	/** Layers of 3 items, of which the stack keeps two. */
	private History<String> filled(int items) {
		Archived archived = archived(new StackBounds(2, 3));
		Numbered.items(0, items).forEach(archived.stack()::push);
		return archived.history();
	}

	@Test
	void emptyHistoryHasNothingToRead() {
		History<String> history = filled(0);
		assertThat(history).isEmpty();
		assertThat(history.size()).isZero();
		assertThat(history.isEmpty()).isTrue();
		assertThat(history.newest()).isEmpty();
		assertThat(history.newest(2)).isEmpty();
		assertThat(history.older(new Position(3, 0), 2)).isEmpty();
		assertThat(history.newer(new Position(0, 0))).isEmpty();
		assertThat(history.get(new Position(0, 0))).isEmpty();
		assertThat(history.fromOldest(2)).isEqualTo(new Changes<>(List.of(), Position.START, true, false));
		assertThat(history.since(new Position(0, 0), 2))
			.isEqualTo(new Changes<>(List.of(), new Position(0, 0), true, false, true, List.of()));
	}

	@Test
	void fromTheStartNothingIsMissedHoweverMuchIsPruned() {
		Archived archived = archived(new StackBounds(2, 3));
		Position cursor = archived.history().fromOldest(100).cursor();
		assertThat(cursor).isEqualTo(Position.START);
		Numbered.items(0, 20).forEach(archived.stack()::push);
		assertThat(archived.history().since(cursor, 2))
			.isEqualTo(new Changes<>(Numbered.entries(0, 2, 3), Numbered.position(1, 3), false, false));
		assertThat(archived.stack().since(cursor, 1).expired()).isTrue();
	}

	@Test
	void cursorBeyondTheNewestItemIsAhead() {
		for (int items : List.of(1, 8, 20)) {
			History<String> history = filled(items);
			Position next = Numbered.position(items, 3);
			assertThat(history.since(next, 5)).isEqualTo(new Changes<>(List.of(), next, true, false, true, List.of()));
			assertThat(history.since(Numbered.position(items - 1, 3), 5).ahead()).isFalse();
		}
	}

	@Test
	void iterationGoesThroughTheStackAndThenTheArchive() {
		for (int items = 0; items < 20; items++) {
			History<String> history = filled(items);
			assertThat(history).containsExactlyElementsOf(Numbered.newestFirst(0, items, 3));
			assertThat(history.stream()).containsExactlyElementsOf(Numbered.newestFirst(0, items, 3));
			assertThat(history.size()).isEqualTo(items);
		}
	}

	@Test
	void everyItemIsFoundByItsPosition() {
		History<String> history = filled(20);
		for (int i = 0; i < 20; i++) {
			assertThat(history.get(Numbered.position(i, 3))).contains(Integer.toString(i));
		}
		assertThat(history.get(Numbered.position(20, 3))).isEmpty();
		assertThat(history.get(new Position(2, 3))).isEmpty();
		assertThat(history.isEmpty()).isFalse();
	}

	@Test
	void newerAndOlderCrossTheBorder() {
		History<String> history = filled(20);
		for (int i = 0; i < 20; i++) {
			Position position = Numbered.position(i, 3);
			assertThat(history.newer(position)).containsExactlyElementsOf(Numbered.newestFirst(i + 1, 20, 3));
			assertThat(history.older(position)).containsExactlyElementsOf(Numbered.newestFirst(0, i, 3));
		}
		assertThat(history.newer(new Position(99, 0))).isEmpty();
		assertThat(history.older(new Position(99, 0))).containsExactlyElementsOf(Numbered.newestFirst(0, 20, 3));
	}

	@Test
	void countingCrossesTheBorder() {
		History<String> history = filled(20);
		for (int atMost = 1; atMost < 23; atMost++) {
			assertThat(history.countAfter(Position.START, atMost)).isEqualTo(Math.min(20, atMost));
			for (int i = 0; i < 22; i++) {
				assertThat(history.countAfter(Numbered.position(i, 3), atMost))
					.isEqualTo(Math.max(0, Math.min(19 - i, atMost)));
			}
		}
	}

	@Test
	void oldestFirstCrossesTheBorder() {
		for (int items : List.of(0, 1, 20, 250)) {
			assertThat(filled(items).oldestFirst()).containsExactlyElementsOf(Numbered.entries(0, items, 3));
		}
	}

	@Test
	void pagesCrossTheBorder() {
		History<String> history = filled(20);
		for (int limit = 1; limit < 23; limit++) {
			assertThat(history.newest(limit)).isEqualTo(Numbered.newestFirst(Math.max(0, 20 - limit), 20, 3));
			for (int i = 0; i < 20; i++) {
				assertThat(history.older(Numbered.position(i, 3), limit))
					.isEqualTo(Numbered.newestFirst(Math.max(0, i - limit), i, 3));
			}
		}
	}

	@Test
	void followingCrossesTheBorder() {
		History<String> history = filled(20);
		for (int limit = 1; limit < 23; limit++) {
			assertThat(history.fromOldest(limit)).isEqualTo(changes(0, Math.min(20, limit)));
			for (int i = 0; i < 19; i++) {
				assertThat(history.since(Numbered.position(i, 3), limit))
					.isEqualTo(changes(i + 1, Math.min(20, i + 1 + limit)));
			}
		}
		Position newest = Numbered.position(19, 3);
		assertThat(history.since(newest, 5)).isEqualTo(new Changes<>(List.of(), newest, true, false));
	}

	private static Changes<String> changes(int from, int to) {
		return new Changes<>(Numbered.entries(from, to, 3), Numbered.position(to - 1, 3), to == 20, false);
	}

	@Test
	void limitsBelowOneAreRefused() {
		History<String> history = filled(20);
		assertThatIllegalArgumentException().isThrownBy(() -> history.newest(0));
		assertThatIllegalArgumentException().isThrownBy(() -> history.older(new Position(0, 1), 0));
		assertThatIllegalArgumentException().isThrownBy(() -> history.since(new Position(0, 1), 0));
		assertThatIllegalArgumentException().isThrownBy(() -> history.fromOldest(0));
		assertThatIllegalArgumentException().isThrownBy(() -> history.countAfter(new Position(0, 1), 0));
	}

	@Test
	void iterationIsNotDisturbedByLayersThatMove() {
		Archived archived = archived(new StackBounds(2, 3));
		Numbered.items(0, 14).forEach(archived.stack()::push);
		for (int moved = 14; moved < 40; moved += 7) {
			Iterator<Entry<String>> iterator = archived.history().iterator();
			List<Entry<String>> seen = new ArrayList<>(List.of(iterator.next(), iterator.next()));
			archived.stack().pushAll(Numbered.items(moved, moved + 7));
			iterator.forEachRemaining(seen::add);
			assertThat(seen).isEqualTo(Numbered.newestFirst(0, moved, 3));
		}
	}

	@Test
	void readerThatFollowsMissesNothingHoweverFarBehind() throws Exception {
		Archived archived = archived(new StackBounds(2, 5));
		History<String> history = archived.history();
		List<Entry<String>> seen = Writers.read(Writers.COUNT, (writer) -> write(archived.stack(), writer),
				(writing) -> Writers.follow(history, 8, writing));
		List<String> items = seen.stream().map(Entry::item).toList();
		Writers.assertComplete(items, Writers.COUNT);
		for (int i = 0; i < seen.size(); i++) {
			assertThat(seen.get(i).position()).isEqualTo(Numbered.position(i, 5));
		}
		assertThat(history.stream()).containsExactlyElementsOf(Numbered.reversed(seen));
	}

	@Test
	void everyReadWhileLayersMoveIsWithoutGaps() throws Exception {
		Archived archived = archived(new StackBounds(2, 5));
		int readings = Writers.read(Writers.COUNT, (writer) -> write(archived.stack(), writer),
				(writing) -> readAgainAndAgain(archived.history(), writing));
		assertThat(readings).isPositive();
	}

	private static int readAgainAndAgain(History<String> history, BooleanSupplier writing) {
		int readings = 0;
		while (writing.getAsBoolean() || readings == 0) {
			assertConsecutiveToTheOldest(history.stream().toList());
			List<Entry<String>> page = new ArrayList<>(history.newest(7));
			while (!page.isEmpty() && page.get(page.size() - 1).position().isAfter(new Position(0, 0))) {
				page.addAll(history.older(page.get(page.size() - 1).position(), 13));
			}
			assertConsecutiveToTheOldest(page);
			if (!page.isEmpty()) {
				Position middle = page.get(page.size() / 2).position();
				List<Entry<String>> newer = all(history.newer(middle));
				newer.addAll(all(history.older(new Position(middle.generation(), middle.index() + 1))));
				assertConsecutiveToTheOldest(newer);
			}
			readings++;
		}
		return readings;
	}

	private static <E> List<E> all(Iterable<E> iterable) {
		return new ArrayList<>(StreamSupport.stream(iterable.spliterator(), false).toList());
	}

	private static void assertConsecutiveToTheOldest(List<Entry<String>> newestFirst) {
		for (int i = 0; i < newestFirst.size(); i++) {
			assertThat(newestFirst.get(i).position()).isEqualTo(Numbered.position(newestFirst.size() - 1 - i, 5));
		}
	}

	private static void write(AppendStack<String> stack, int writer) {
		List<String> items = Writers.items(writer);
		for (int i = 0; i < items.size(); i += 10) {
			items.subList(i, i + 8).forEach(stack::push);
			stack.pushAll(items.subList(i + 8, i + 10));
		}
	}

}
