package io.github.appendonly;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.memory.InMemoryArchive;
import io.github.appendonly.state.AppendStackState;
import io.github.appendonly.state.ArchiveState;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for a history whose archive has changed since the stack was read, or whose
 * archive does not fit the stack.
 */
class HistoryTests {

	private static final StackBounds BOUNDS = new StackBounds(2, 3);

	@Test
	void layersThatMoveBeforeTheArchiveIsReadAreNeitherMissedNorDoubled() {
		whilePushesComeBetween((history, items) -> {
			assertThat(history.stream().toList()).isEqualTo(Numbered.newestFirst(0, items, 3));
		});
	}

	@Test
	void olderIsNotDisturbedByLayersThatMove() {
		whilePushesComeBetween((history, items) -> {
			Position than = Numbered.position(items - 2, 3);
			assertThat(history.older(than)).containsExactlyElementsOf(Numbered.newestFirst(0, items - 2, 3));
		});
	}

	@Test
	void pagesAreNotDisturbedByLayersThatMove() {
		for (int pageLimit = 1; pageLimit < 16; pageLimit++) {
			int limit = pageLimit;
			whilePushesComeBetween((history, items) -> {
				assertThat(history.newest(limit)).isEqualTo(Numbered.newestFirst(Math.max(0, items - limit), items, 3));
			});
			whilePushesComeBetween((history, items) -> {
				assertThat(history.older(Numbered.position(items - 2, 3), limit))
					.isEqualTo(Numbered.newestFirst(Math.max(0, items - 2 - limit), items - 2, 3));
			});
		}
	}

	@Test
	void newerIsNotDisturbedByLayersThatMove() {
		whilePushesComeBetween((history, items) -> {
			assertThat(history.newer(new Position(0, 0))).containsExactlyElementsOf(Numbered.newestFirst(1, items, 3));
		});
	}

	@Test
	void itemThatMovesIsFound() {
		for (int item = 0; item < 8; item++) {
			Position position = Numbered.position(item, 3);
			String expected = Integer.toString(item);
			whilePushesComeBetween((history, items) -> {
				assertThat(history.get(position)).contains(expected);
			});
		}
	}

	@Test
	void sizeIsNeverTooLow() {
		whilePushesComeBetween((history, items) -> {
			assertThat(history.size()).isGreaterThanOrEqualTo(items);
			assertThat(history.isEmpty()).isFalse();
		});
	}

	@Test
	void readerThatFollowsIsToldWhenLayersThatMovedHaveOvertakenTheStack() {
		for (int stepLimit = 1; stepLimit < 40; stepLimit++) {
			int limit = stepLimit;
			whilePushesComeBetween((history, items) -> assertFollows(0, history.fromOldest(limit), limit, items));
			for (int cursor = 0; cursor < 8; cursor++) {
				int known = cursor;
				whilePushesComeBetween((history, items) -> assertFollows(known + 1,
						history.since(Numbered.position(known, 3), limit), limit, items));
			}
		}
	}

	private static void assertFollows(int from, Changes<String> changes, int limit, int items) {
		int to = from + changes.entries().size();
		assertThat(changes.entries()).isEqualTo(Numbered.entries(from, to, 3));
		assertThat(to).isGreaterThanOrEqualTo(Math.min(from + limit, items)).isLessThanOrEqualTo(from + limit);
		assertThat(changes.cursor()).isEqualTo(Numbered.position(to - 1, 3));
		assertThat(changes.expired()).isFalse();
		if (changes.caughtUp()) {
			assertThat(to).isEqualTo(items);
		}
	}

	/**
	 * Reads a history while items are pushed between the reads of the stack and of the
	 * archive; more items each time.
	 */
	private static void whilePushesComeBetween(Reading reading) {
		for (int filled = 8; filled < 14; filled++) {
			for (int between = 0; between < 14; between++) {
				InMemoryArchive<String> archive = new InMemoryArchive<>();
				InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS, archive::addLayer);
				Numbered.items(0, filled).forEach(stack::push);
				List<String> late = new ArrayList<>(Numbered.items(filled, filled + between));
				History<String> history = new History<>(stack, before(archive, () -> {
					stack.pushAll(late);
					late.clear();
				}));
				reading.read(history, filled);
			}
		}
	}

	@Test
	void layerThatMovesWhileItemsAreCountedCountsOnce() {
		for (int moves = 0; moves < 12; moves++) {
			InMemoryArchive<String> archive = new InMemoryArchive<>();
			InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(2, 3), archive::addLayer);
			stack.pushAll(Numbered.items(0, 14));
			AtomicInteger pushed = new AtomicInteger(14);
			int end = 14 + moves * 3;
			History<String> history = new History<>(stack, before(archive, () -> {
				int next = pushed.get();
				if (next < end) {
					stack.pushAll(Numbered.items(next, next + 3));
					pushed.set(next + 3);
				}
			}));
			assertThat(history.countAfter(Numbered.position(3, 3), 1000)).isEqualTo(end - 4);
		}
	}

	@FunctionalInterface
	private interface Reading {

		void read(History<String> history, int items);

	}

	@SuppressWarnings("unchecked")
	private static Archive<String> before(Archive<String> archive, Runnable first) {
		return (Archive<String>) Proxy.newProxyInstance(HistoryTests.class.getClassLoader(),
				new Class<?>[] { Archive.class }, (proxy, method, arguments) -> {
					first.run();
					try {
						return method.invoke(archive, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	@Test
	void positionsBeforeTheArchiveAreExpired() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS);
		Numbered.items(0, 12).forEach(stack::push);
		Numbered.items(12, 18).forEach((item) -> stack.push(item, archive::addLayer));
		History<String> history = new History<>(stack, archive);
		assertThat(history.since(new Position(0, 0), 2))
			.isEqualTo(new Changes<>(Numbered.entries(6, 8, 3), new Position(2, 1), false, true));
		assertThat(history.since(new Position(2, 1), 100))
			.isEqualTo(new Changes<>(Numbered.entries(8, 18, 3), Numbered.position(17, 3), true, false));
		assertThat(history.fromOldest(1).expired()).isFalse();
	}

	@Test
	void positionsThatNoArchiveGotAreExpired() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS);
		Numbered.items(0, 12).forEach(stack::push);
		History<String> history = new History<>(stack, new InMemoryArchive<>());
		assertThat(history.since(new Position(0, 0), 100))
			.isEqualTo(new Changes<>(Numbered.entries(6, 12, 3), Numbered.position(11, 3), true, true));
		assertThat(history.since(new Position(1, 2), 100).expired()).isFalse();
		assertThat(history.fromOldest(100).expired()).isFalse();
	}

	/**
	 * Items 12 to 17, which are layers 4 and 5, are pruned without an archive.
	 */
	@Test
	void layersThatWerePrunedWhileTheStackWasNotArchivedAreExpiredWhereTheyAreMissing() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS);
		Numbered.items(0, 18).forEach((item) -> stack.push(item, archive::addLayer));
		Numbered.items(18, 24).forEach(stack::push);
		History<String> history = new History<>(stack, archive);
		assertThat(history.since(Numbered.position(9, 3), 100))
			.isEqualTo(new Changes<>(Numbered.entries(10, 12, 3), Numbered.position(11, 3), false, false));
		for (int known = 11; known < 17; known++) {
			assertThat(history.since(Numbered.position(known, 3), 2))
				.isEqualTo(new Changes<>(Numbered.entries(18, 20, 3), Numbered.position(19, 3), false, true));
		}
		assertThat(history.since(Numbered.position(17, 3), 2).expired()).isFalse();
		assertThat(history.fromOldest(100).entries()).isEqualTo(Numbered.entries(0, 12, 3));
	}

	/**
	 * Items 6 to 11, which are layers 2 and 3, are pruned without an archive, and later
	 * ones with it.
	 */
	@Test
	void layersThatAreMissingWithinTheArchiveAreExpiredWhereTheyAreMissing() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS);
		Numbered.items(0, 12).forEach((item) -> stack.push(item, archive::addLayer));
		Numbered.items(12, 18).forEach(stack::push);
		Numbered.items(18, 24).forEach((item) -> stack.push(item, archive::addLayer));
		History<String> history = new History<>(stack, archive);
		for (int limit : new int[] { 4, 100 }) {
			assertThat(history.since(Numbered.position(1, 3), limit))
				.isEqualTo(new Changes<>(Numbered.entries(2, 6, 3), Numbered.position(5, 3), false, false));
		}
		for (int known = 5; known < 9; known++) {
			assertThat(history.since(Numbered.position(known, 3), 4))
				.isEqualTo(new Changes<>(Numbered.entries(12, 16, 3), Numbered.position(15, 3), false, true));
		}
		assertThat(history.since(Numbered.position(11, 3), 100))
			.isEqualTo(new Changes<>(Numbered.entries(12, 24, 3), Numbered.position(23, 3), true, false));
		assertThat(history.fromOldest(100))
			.isEqualTo(new Changes<>(Numbered.entries(0, 6, 3), Numbered.position(5, 3), false, false));
	}

	@Test
	void archiveKnowsTheLastItemOfALayerThatWasNotFull() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(
				new AppendStackState<>(BOUNDS, List.of(new Layer<>(5, List.of("z")))));
		InMemoryArchive<String> archive = new InMemoryArchive<>(
				new ArchiveState<>(List.of(new Layer<>(4, List.of("y")), new Layer<>(3, List.of("x")))));
		History<String> history = new History<>(stack, archive);
		assertThat(stack.since(new Position(4, 0), 5).expired()).isTrue();
		assertThat(history.since(new Position(4, 0), 5))
			.isEqualTo(new Changes<>(List.of(Entry.of(5, 0, "z")), new Position(5, 0), true, false));
		assertThat(history.since(new Position(3, 0), 5).entries()).hasSize(2);
		assertThat(history.since(new Position(3, 0), 5).expired()).isFalse();
		assertThat(history.since(new Position(1, 0), 5).expired()).isTrue();
	}

	@Test
	void emptyStackIsFollowedByItsArchive() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(
				new AppendStackState<>(BOUNDS, List.of(new Layer<>(5, List.of()))));
		InMemoryArchive<String> archive = new InMemoryArchive<>(
				new ArchiveState<>(List.of(new Layer<>(4, List.of("x", "y")))));
		History<String> history = new History<>(stack, archive);
		List<Entry<String>> all = List.of(Entry.of(4, 1, "y"), Entry.of(4, 0, "x"));
		assertThat(history).containsExactlyElementsOf(all);
		assertThat(history.newest(2)).isEqualTo(all);
		assertThat(history.newest(1)).isEqualTo(all.subList(0, 1));
		assertThat(history.newest()).contains(all.get(0));
		assertThat(history.older(new Position(9, 0), 2)).isEqualTo(all);
		assertThat(history.isEmpty()).isFalse();
		assertThat(history.size()).isEqualTo(2);
		assertThat(history.fromOldest(2))
			.isEqualTo(new Changes<>(Numbered.reversed(all), new Position(4, 1), true, false));
		assertThat(history.fromOldest(1).caughtUp()).isFalse();
		assertThat(history.since(new Position(4, 0), 1))
			.isEqualTo(new Changes<>(List.of(Entry.of(4, 1, "y")), new Position(4, 1), true, false));
	}

	@Test
	void readerThatFollowsGoesOnPastWhatIsGone() {
		List<Gone> gone = List.of(Gone.entityDeleted(new Position(3, 1), "3-1"),
				Gone.entityDeleted(new Position(4, 0), "4-0"), Gone.entityDeleted(new Position(4, 1), "4-1"),
				Gone.entityDeleted(new Position(5, 0), "5-0"), Gone.entityDeleted(new Position(6, 1), "6-1"));
		List<Entry<String>> there = List.of(Entry.of(3, 0, "v"), Entry.of(5, 1, "w"), Entry.of(6, 0, "x"));
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		archive.addLayer(new Layer<>(3, List.of("v"), gone.subList(0, 1)));
		archive.addLayer(new Layer<>(4, List.of(), gone.subList(1, 3)));
		InMemoryArchive<String> kept = new InMemoryArchive<>();
		kept.addLayer(new Layer<>(5, List.of("w"), gone.subList(3, 4)));
		kept.addLayer(new Layer<>(6, List.of("x"), gone.subList(4, 5)));
		History<String> history = new History<>(asStack(kept), archive);
		assertThat(history).containsExactlyElementsOf(Numbered.reversed(there));
		assertThat(history.newest(3)).isEqualTo(Numbered.reversed(there));
		for (int limit = 1; limit < 10; limit++) {
			List<Entry<String>> entries = new ArrayList<>();
			List<Gone> seen = new ArrayList<>();
			Changes<String> changes = history.fromOldest(limit);
			int steps = 0;
			while (true) {
				assertThat(changes.entries()).hasSizeLessThanOrEqualTo(limit);
				entries.addAll(changes.entries());
				seen.addAll(changes.gone());
				if (changes.caughtUp()) {
					break;
				}
				assertThat(steps++).isLessThan(20);
				changes = history.since(changes.cursor(), limit);
			}
			assertThat(entries).isEqualTo(there);
			assertThat(seen).isEqualTo(gone);
			assertThat(changes.cursor()).isEqualTo(new Position(6, 1));
		}
	}

	@Test
	void whatIsGoneInALayerThatMovesIsToldOnce() {
		List<Gone> gone = List.of(Gone.entityDeleted(new Position(4, 0), "4-0"),
				Gone.entityDeleted(new Position(5, 1), "5-1"));
		Layer<String> moving = new Layer<>(4, List.of("v"), gone.subList(0, 1));
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		archive.addLayer(moving);
		InMemoryArchive<String> kept = new InMemoryArchive<>();
		kept.addLayer(moving);
		kept.addLayer(new Layer<>(5, List.of("w"), gone.subList(1, 2)));
		assertThat(new History<>(asStack(kept), archive).fromOldest(10)).isEqualTo(new Changes<>(
				List.of(Entry.of(4, 1, "v"), Entry.of(5, 0, "w")), new Position(5, 1), true, false, false, gone));
	}

	@Test
	void whatIsGoneInAStackWithoutArchivedLayersIsTold() {
		List<Gone> gone = List.of(Gone.entityDeleted(new Position(5, 0), "5-0"));
		InMemoryArchive<String> kept = new InMemoryArchive<>();
		kept.addLayer(new Layer<>(5, List.of("w"), gone));
		History<String> history = new History<>(asStack(kept), new InMemoryArchive<>());
		assertThat(history.fromOldest(10).gone()).isEqualTo(gone);
		assertThat(history.since(new Position(4, 0), 10).gone()).isEqualTo(gone);
	}

	/**
	 * A stack that keeps what an archive holds, and has pruned what is below.
	 */
	@SuppressWarnings("unchecked")
	private static AppendStack<String> asStack(Archive<String> archive) {
		return (AppendStack<String>) Proxy.newProxyInstance(HistoryTests.class.getClassLoader(),
				new Class<?>[] { AppendStack.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("since")) {
						Position than = (Position) arguments[0];
						Changes<String> changes = archive.since(than, (Integer) arguments[1]);
						return new Changes<>(changes.entries(), changes.cursor(), changes.caughtUp(),
								than.generation() < 5, false, changes.gone());
					}
					return Archive.class.getMethod(method.getName(), method.getParameterTypes())
						.invoke(archive, arguments);
				});
	}

	@Test
	void iteratorEndsWithAnException() {
		Iterator<Entry<String>> iterator = new History<String>(new InMemoryAppendStack<>(), new InMemoryArchive<>())
			.iterator();
		assertThat(iterator.hasNext()).isFalse();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
	}

	@Test
	void iteratorNeedNotBeAskedWhetherItHasMore() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS, archive::addLayer);
		Numbered.items(0, 12).forEach(stack::push);
		Iterator<Entry<String>> iterator = new History<>(stack, archive).iterator();
		for (Entry<String> expected : Numbered.newestFirst(0, 12, 3)) {
			assertThat(iterator.next()).isEqualTo(expected);
		}
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
	}

	@Test
	void pagesDoNotChange() {
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS, archive::addLayer);
		Numbered.items(0, 12).forEach(stack::push);
		List<Entry<String>> page = new History<>(stack, archive).newest(10);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> page.remove(0));
	}

	@Test
	void nullsAreRefused() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>();
		InMemoryArchive<String> archive = new InMemoryArchive<>();
		assertThatNullPointerException().isThrownBy(() -> new History<>(nothing(), archive)).withMessage("stack");
		assertThatNullPointerException().isThrownBy(() -> new History<>(stack, nothing())).withMessage("archive");
		History<String> history = new History<>(stack, archive);
		assertThatNullPointerException().isThrownBy(() -> history.newer(nothing()));
		assertThatNullPointerException().isThrownBy(() -> history.older(nothing()));
		assertThatNullPointerException().isThrownBy(() -> history.since(nothing(), 1));
	}

}
