package io.github.appendonly;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The part of the contract of every {@link AppendStack} that is about pages, positions
 * and cursors.
 */
public abstract class StackReadingContractTests {

	/**
	 * Returns a stack for which no bounds are given.
	 */
	protected abstract AppendStack<String> stack();

	/**
	 * Returns a stack with bounds and a pruner. The pruner gets the layers that are
	 * pruned by pushes without a pruner of their own.
	 */
	protected abstract AppendStack<String> stack(StackBounds bounds, Pruner<? super String> pruner);

	AppendStack<String> stack(int maxLayers, int maxLength) {
		return stack(new StackBounds(maxLayers, maxLength), (layer) -> {
		});
	}

	AppendStack<String> filled(int maxLayers, int maxLength, int items) {
		AppendStack<String> stack = stack(maxLayers, maxLength);
		push(stack, 0, items);
		return stack;
	}

	static void push(AppendStack<String> stack, int from, int to) {
		Numbered.items(from, to).forEach(stack::push);
	}

	@Test
	void newerLeavesOutThePositionItself() {
		AppendStack<String> stack = filled(4, 3, 8);
		assertThat(stack.newer(Numbered.position(7, 3))).isEmpty();
		assertThat(stack.newer(Numbered.position(6, 3))).containsExactly(Numbered.entry(7, 3));
		assertThat(stack.newer(Numbered.position(1, 3))).containsExactlyElementsOf(Numbered.newestFirst(2, 8, 3));
	}

	@Test
	void newerComparesTheGenerationFirst() {
		AppendStack<String> stack = filled(4, 3, 4);
		assertThat(stack.newer(new Position(0, 2))).containsExactly(Entry.of(1, 0, "3"));
		assertThat(stack.newer(new Position(0, 0))).containsExactly(Entry.of(1, 0, "3"), Entry.of(0, 2, "2"),
				Entry.of(0, 1, "1"));
	}

	@Test
	void newerThanAPositionThatWasPrunedGivesAllThatIsKept() {
		AppendStack<String> stack = filled(2, 3, 10);
		assertThat(stack.newer(new Position(0, 1))).containsExactlyElementsOf(Numbered.newestFirst(6, 10, 3));
		assertThat(stack.newer(new Position(1, 2))).containsExactlyElementsOf(Numbered.newestFirst(6, 10, 3));
	}

	@Test
	void newerThanAPositionNotYetReachedIsEmpty() {
		AppendStack<String> stack = filled(2, 3, 4);
		assertThat(stack.newer(new Position(1, 1))).isEmpty();
		assertThat(stack.newer(new Position(1, 2))).isEmpty();
		assertThat(stack.newer(new Position(2, 0))).isEmpty();
		assertThat(stack.newer(new Position(Long.MAX_VALUE, Integer.MAX_VALUE))).isEmpty();
	}

	@Test
	void newerThanAnIndexThatItsLayerNeverHadStartsWithTheNextLayer() {
		AppendStack<String> stack = filled(4, 3, 8);
		assertThat(stack.newer(new Position(0, 77))).containsExactlyElementsOf(Numbered.newestFirst(3, 8, 3));
	}

	@Test
	void newerReadsAnewEachTime() {
		AppendStack<String> stack = filled(4, 3, 2);
		Iterable<Entry<String>> newer = stack.newer(new Position(0, 0));
		assertThat(newer).containsExactly(Numbered.entry(1, 3));
		stack.push("2");
		assertThat(newer).containsExactly(Numbered.entry(2, 3), Numbered.entry(1, 3));
	}

	@Test
	void olderLeavesOutThePositionItself() {
		AppendStack<String> stack = filled(4, 3, 8);
		assertThat(stack.older(Numbered.position(7, 3))).containsExactlyElementsOf(Numbered.newestFirst(0, 7, 3));
		assertThat(stack.older(Numbered.position(3, 3))).containsExactlyElementsOf(Numbered.newestFirst(0, 3, 3));
		assertThat(stack.older(Numbered.position(0, 3))).isEmpty();
	}

	@Test
	void olderThanAPositionThatIsNotThereGivesWhatIsBelow() {
		AppendStack<String> stack = filled(2, 3, 10);
		assertThat(stack.older(new Position(9, 9))).containsExactlyElementsOf(Numbered.newestFirst(6, 10, 3));
		assertThat(stack.older(new Position(2, 77))).containsExactlyElementsOf(Numbered.newestFirst(6, 9, 3));
		assertThat(stack.older(new Position(2, 0))).isEmpty();
		assertThat(stack.older(new Position(1, 2))).isEmpty();
	}

	@Test
	void olderReadsAnewEachTime() {
		AppendStack<String> stack = filled(4, 3, 2);
		Iterable<Entry<String>> older = stack.older(new Position(1, 0));
		assertThat(older).hasSize(2);
		stack.push("2");
		assertThat(older).containsExactlyElementsOf(Numbered.newestFirst(0, 3, 3));
	}

	@Test
	void pagesGoBackwardsToTheOldest() {
		AppendStack<String> stack = filled(3, 4, 14);
		List<Entry<String>> first = stack.newest(4);
		assertThat(first).isEqualTo(Numbered.newestFirst(10, 14, 4));
		List<Entry<String>> second = stack.older(first.get(3).position(), 4);
		assertThat(second).isEqualTo(Numbered.newestFirst(6, 10, 4));
		List<Entry<String>> third = stack.older(second.get(3).position(), 4);
		assertThat(third).isEqualTo(Numbered.newestFirst(4, 6, 4));
		assertThat(stack.older(third.get(1).position(), 4)).isEmpty();
	}

	@Test
	void newestGivesAllThereIsWhenTheLimitIsHigher() {
		assertThat(filled(3, 4, 5).newest(Integer.MAX_VALUE)).isEqualTo(Numbered.newestFirst(0, 5, 4));
		assertThat(filled(3, 4, 5).older(new Position(9, 0), Integer.MAX_VALUE))
			.isEqualTo(Numbered.newestFirst(0, 5, 4));
	}

	@Test
	void itemIsFoundByItsPosition() {
		AppendStack<String> stack = filled(2, 3, 8);
		assertThat(stack.get(new Position(1, 0))).contains("3");
		assertThat(stack.get(new Position(2, 1))).contains("7");
		assertThat(stack.get(new Position(0, 0))).as("pruned").isEmpty();
		assertThat(stack.get(new Position(2, 2))).as("not yet there").isEmpty();
		assertThat(stack.get(new Position(1, 3))).as("beyond the layer").isEmpty();
		assertThat(stack.get(new Position(77, 0))).as("no such layer").isEmpty();
	}

	@Test
	void limitsBelowOneAreRefused() {
		AppendStack<String> stack = filled(2, 3, 2);
		Position position = new Position(0, 0);
		for (int limit : new int[] { 0, -1, Integer.MIN_VALUE }) {
			assertThatIllegalArgumentException().isThrownBy(() -> stack.newest(limit))
				.withMessageContaining("limit")
				.withMessageContaining(String.valueOf(limit));
			assertThatIllegalArgumentException().isThrownBy(() -> stack.older(position, limit));
			assertThatIllegalArgumentException().isThrownBy(() -> stack.since(position, limit));
			assertThatIllegalArgumentException().isThrownBy(() -> stack.fromOldest(limit));
			assertThatIllegalArgumentException().isThrownBy(() -> stack.countAfter(position, limit))
				.withMessageContaining("atMost");
		}
	}

	@Test
	void sinceGivesWhatFollowsOldestFirst() {
		Changes<String> changes = filled(4, 3, 8).since(Numbered.position(1, 3), 100);
		assertThat(changes.entries()).isEqualTo(Numbered.entries(2, 8, 3));
		assertThat(changes.cursor()).isEqualTo(Numbered.position(7, 3));
		assertThat(changes.caughtUp()).isTrue();
		assertThat(changes.expired()).isFalse();
	}

	@Test
	void sinceStopsAtTheLimitAndGoesOnFromItsCursor() {
		AppendStack<String> stack = filled(4, 3, 8);
		Changes<String> first = stack.since(Numbered.position(0, 3), 4);
		assertThat(first.entries()).isEqualTo(Numbered.entries(1, 5, 3));
		assertThat(first.cursor()).isEqualTo(Numbered.position(4, 3));
		assertThat(first.caughtUp()).isFalse();
		Changes<String> second = stack.since(Numbered.position(4, 3), 3);
		assertThat(second.entries()).isEqualTo(Numbered.entries(5, 8, 3));
		assertThat(second.caughtUp()).isTrue();
	}

	@Test
	void limitAtTheEndOfALayerIsNotTheEndOfTheStack() {
		AppendStack<String> stack = filled(4, 3, 7);
		assertThat(stack.since(Numbered.position(2, 3), 3).caughtUp()).isFalse();
		assertThat(stack.since(Numbered.position(3, 3), 3).caughtUp()).isTrue();
	}

	@Test
	void limitMayBeAsHighAsItGets() {
		AppendStack<String> stack = filled(4, 3, 7);
		assertThat(stack.since(Numbered.position(1, 3), Integer.MAX_VALUE).entries())
			.isEqualTo(Numbered.entries(2, 7, 3));
		assertThat(stack.fromOldest(Integer.MAX_VALUE).entries()).isEqualTo(Numbered.entries(0, 7, 3));
	}

	@Test
	void sinceTheNewestGivesNothingAndKeepsTheCursor() {
		Changes<String> changes = filled(4, 3, 8).since(Numbered.position(7, 3), 5);
		assertThat(changes).isEqualTo(new Changes<>(List.of(), Numbered.position(7, 3), true, false));
	}

	@Test
	void sinceAPositionBeyondTheNewestIsAheadAndKeepsTheCursor() {
		AppendStack<String> stack = filled(2, 3, 8);
		for (Position beyond : List.of(new Position(2, 2), new Position(9, 0),
				new Position(Long.MAX_VALUE, Integer.MAX_VALUE))) {
			assertThat(stack.since(beyond, 5))
				.isEqualTo(new Changes<>(List.of(), beyond, true, false, true, List.of()));
		}
	}

	@Test
	void sinceAnyPositionOnAnEmptyStackIsAheadAndKeepsTheCursor() {
		Position cursor = new Position(0, 0);
		assertThat(stack(2, 3).since(cursor, 5))
			.isEqualTo(new Changes<>(List.of(), cursor, true, false, true, List.of()));
	}

	@Test
	void cursorIsExpiredOnceAnEntryAfterItIsPruned() {
		AppendStack<String> stack = filled(2, 3, 7);
		Changes<String> changes = stack.since(Numbered.position(1, 3), 2);
		assertThat(changes.expired()).isTrue();
		assertThat(changes.entries()).isEqualTo(Numbered.entries(3, 5, 3));
		assertThat(changes.cursor()).isEqualTo(Numbered.position(4, 3));
		assertThat(changes.caughtUp()).isFalse();
		push(stack, 7, 10);
		assertThat(stack.since(Numbered.position(2, 3), 2).expired()).isTrue();
	}

	@Test
	void cursorAtTheLastPrunedItemIsNotExpired() {
		AppendStack<String> stack = filled(2, 3, 7);
		Changes<String> changes = stack.since(Numbered.position(2, 3), 100);
		assertThat(changes.expired()).isFalse();
		assertThat(changes.entries()).isEqualTo(Numbered.entries(3, 7, 3));
	}

	@Test
	void cursorStaysGoodWhileWhatFollowsIsKept() {
		AppendStack<String> stack = filled(2, 3, 6);
		assertThat(stack.since(Numbered.position(0, 3), 100).expired()).isFalse();
		stack.pushAll(Numbered.items(6, 600));
		assertThat(stack.since(Numbered.position(592, 3), 100).expired()).isTrue();
		assertThat(stack.since(Numbered.position(593, 3), 100).expired()).isFalse();
	}

	@Test
	void fromOldestStartsWithTheOldestThatIsKept() {
		AppendStack<String> stack = filled(2, 3, 8);
		Changes<String> changes = stack.fromOldest(4);
		assertThat(changes).isEqualTo(new Changes<>(Numbered.entries(3, 7, 3), Numbered.position(6, 3), false, false));
		assertThat(stack.fromOldest(5).caughtUp()).isTrue();
	}

	@Test
	void firstStepOnAnEmptyStackGivesACursorThatMissesNothing() {
		AppendStack<String> stack = stack(2, 3);
		Position cursor = stack.fromOldest(100).cursor();
		assertThat(cursor).isEqualTo(Position.START);
		push(stack, 0, 4);
		assertThat(stack.since(cursor, 3))
			.isEqualTo(new Changes<>(Numbered.entries(0, 3, 3), Numbered.position(2, 3), false, false));
		push(stack, 4, 10);
		assertThat(stack.since(cursor, 1))
			.isEqualTo(new Changes<>(Numbered.entries(6, 7, 3), Numbered.position(6, 3), false, true));
	}

	@Test
	void allItemsAreAfterTheStart() {
		AppendStack<String> stack = filled(4, 3, 8);
		assertThat(stack.newer(Position.START)).containsExactlyElementsOf(Numbered.newestFirst(0, 8, 3));
		assertThat(stack.older(Position.START)).isEmpty();
		assertThat(stack.older(Position.START, 3)).isEmpty();
		assertThat(stack.get(Position.START)).isEmpty();
		assertThat(stack.since(Position.START, 100).expired()).isFalse();
		assertThat(stack(2, 3).since(Position.START, 2))
			.isEqualTo(new Changes<>(List.of(), Position.START, true, false));
	}

	@Test
	void cursorBeyondTheNewestItemIsAheadUntilTheStackReachesIt() {
		AppendStack<String> stack = filled(2, 3, 8);
		Position next = Numbered.position(8, 3);
		assertThat(stack.since(Numbered.position(7, 3), 5).ahead()).isFalse();
		assertThat(stack.since(next, 5).ahead()).isTrue();
		push(stack, 8, 9);
		assertThat(stack.since(next, 5).ahead()).isFalse();
		assertThat(stack.since(new Position(3, 0), 5).ahead()).isTrue();
		assertThat(stack.fromOldest(5).ahead()).isFalse();
	}

	@Test
	void itemsAfterAPositionAreCountedUpToALimit() {
		AppendStack<String> stack = filled(3, 4, 14);
		for (int atMost = 1; atMost < 12; atMost++) {
			for (int known = 0; known < 16; known++) {
				assertThat(stack.countAfter(Numbered.position(known, 4), atMost))
					.isEqualTo(Math.max(0, Math.min(atMost, 13 - Math.max(known, 3))));
			}
			assertThat(stack.countAfter(Position.START, atMost)).isEqualTo(Math.min(atMost, 10));
			assertThat(stack.countAfter(new Position(1, 77), atMost)).isEqualTo(Math.min(atMost, 6));
		}
		assertThat(stack.countAfter(Position.START, Integer.MAX_VALUE)).isEqualTo(10);
		assertThat(stack.countAfter(new Position(Long.MAX_VALUE, Integer.MAX_VALUE), 5)).isZero();
		assertThat(stack(3, 4).countAfter(Position.START, 5)).isZero();
	}

	@Test
	void oldestFirstGivesAllThatIsKeptAndWhatComesMeanwhile() {
		AppendStack<String> stack = stack(3, 400);
		assertThat(stack.oldestFirst()).isEmpty();
		stack.pushAll(Numbered.items(0, 1500));
		assertThat(stack.oldestFirst()).containsExactlyElementsOf(Numbered.entries(400, 1500, 400));
		assertThat(stack.oldestFirst().limit(2)).containsExactlyElementsOf(Numbered.entries(400, 402, 400));
		Iterator<Entry<String>> entries = stack.oldestFirst().iterator();
		assertThat(entries.next()).isEqualTo(Numbered.entry(400, 400));
		stack.push("1500");
		List<Entry<String>> rest = new ArrayList<>();
		entries.forEachRemaining(rest::add);
		assertThat(rest).isEqualTo(Numbered.entries(401, 1501, 400));
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(entries::next);
	}

	@Test
	void oldestFirstPassesNoGapInSilence() {
		AppendStack<String> stack = stack(2, 100);
		stack.pushAll(Numbered.items(0, 200));
		Iterator<Entry<String>> entries = stack.oldestFirst().iterator();
		Numbered.entries(0, 100, 100).forEach((entry) -> assertThat(entries.next()).isEqualTo(entry));
		stack.pushAll(Numbered.items(200, 400));
		assertThatExceptionOfType(CursorExpiredException.class).isThrownBy(entries::hasNext)
			.satisfies((expired) -> assertThat(expired.cursor()).isEqualTo(new Position(0, 99)));
	}

}
