package io.github.appendonly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * The contract of every {@link AppendStack}, outside of transactions. Extend this class
 * for an implementation. Each call of a factory method must return a new stack without
 * items.
 */
public abstract class AppendStackContractTests extends StackReadingContractTests {

	@Test
	void boundsAreTenLayersOfAHundredItemsUnlessGiven() {
		assertThat(stack().bounds()).isEqualTo(new StackBounds(10, 100)).isEqualTo(StackBounds.DEFAULT);
	}

	@Test
	void boundsAreThoseGiven() {
		assertThat(stack(4, 7).bounds()).isEqualTo(new StackBounds(4, 7));
	}

	@Test
	void emptyStackHasNothingToRead() {
		AppendStack<String> stack = stack(4, 7);
		assertThat(stack).isEmpty();
		assertThat(stack.stream()).isEmpty();
		assertThat(stack.size()).isZero();
		assertThat(stack.isEmpty()).isTrue();
		assertThat(stack.newest()).isEmpty();
		assertThat(stack.newest(3)).isEmpty();
		assertThat(stack.newer(new Position(0, 0))).isEmpty();
		assertThat(stack.older(new Position(3, 3))).isEmpty();
		assertThat(stack.older(new Position(3, 3), 3)).isEmpty();
		assertThat(stack.get(new Position(0, 0))).isEmpty();
		assertThat(stack.fromOldest(3)).isEqualTo(new Changes<>(List.of(), Position.START, true, false));
	}

	@Test
	void firstItemGetsTheFirstPosition() {
		AppendStack<String> stack = stack(4, 7);
		stack.push("first");
		assertThat(stack).containsExactly(Entry.of(0, 0, "first"));
		assertThat(stack.size()).isOne();
		assertThat(stack.isEmpty()).isFalse();
	}

	@Test
	void iterationGoesFromTheNewestDownAcrossLayers() {
		assertThat(filled(4, 3, 8)).containsExactlyElementsOf(Numbered.newestFirst(0, 8, 3));
	}

	@Test
	void fullLayerIsFollowedByTheNextGeneration() {
		AppendStack<String> stack = filled(4, 100, 100);
		assertThat(stack.newest()).contains(Numbered.entry(99, 100));
		stack.push("next");
		assertThat(stack.newest()).contains(Entry.of(1, 0, "next"));
		assertThat(stack.size()).isEqualTo(101);
	}

	@Test
	void streamGivesWhatIterationGives() {
		AppendStack<String> stack = filled(4, 3, 8);
		assertThat(stack.stream()).containsExactlyElementsOf(Numbered.newestFirst(0, 8, 3));
		assertThat(stack.stream().limit(2)).containsExactlyElementsOf(Numbered.newestFirst(6, 8, 3));
	}

	@Test
	void iteratorEndsWithAnException() {
		Iterator<Entry<String>> iterator = filled(4, 3, 1).iterator();
		assertThat(iterator.next()).isEqualTo(Numbered.entry(0, 3));
		assertThat(iterator.hasNext()).isFalse();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
	}

	@Test
	void pushesOfEitherKindAreTheOrdinaryOnesOutsideTransactions() {
		AppendStack<String> stack = stack(2, 3);
		for (Pushes<String> pushes : List.of(stack, stack.independently(), stack.afterCommit())) {
			int before = stack.countAfter(Position.START, 100);
			pushes.push("one");
			pushes.pushAll(List.of());
			pushes.pushAll(List.of("two", "three"));
			assertThat(stack.newest(3)).extracting(Entry::item).containsExactly("three", "two", "one");
			assertThat(stack.countAfter(Position.START, 100)).isEqualTo(Math.min(6, before + 3));
			assertThatNullPointerException().isThrownBy(() -> pushes.push(nothing()));
			assertThatNullPointerException().isThrownBy(() -> pushes.pushAll(nothing()));
			assertThatNullPointerException().isThrownBy(() -> pushes.pushAll(Arrays.asList("item", nothing())));
		}
		assertThat(stack).hasSize(6);
		assertThat(stack.newest()).map(Entry::position).contains(new Position(2, 2));
	}

	@Test
	void equalItemsAreAllKept() {
		AppendStack<String> stack = stack(4, 3);
		stack.push("same");
		stack.push("same");
		assertThat(stack).containsExactly(Entry.of(0, 1, "same"), Entry.of(0, 0, "same"));
	}

	@Test
	void nullItemsAreRefused() {
		AppendStack<String> stack = filled(4, 3, 2);
		assertThatNullPointerException().isThrownBy(() -> stack.push(nothing()));
		assertThatNullPointerException().isThrownBy(() -> stack.push(nothing(), (layer) -> {
		}));
		assertThatNullPointerException().isThrownBy(() -> stack.push("item", Nulls.<Pruner<String>>nothing()));
		assertThatNullPointerException().isThrownBy(() -> stack.pushAsync(nothing()));
		assertThatNullPointerException().isThrownBy(() -> stack.pushAll(nothing()));
		assertThatNullPointerException().isThrownBy(() -> stack.pushAll(Arrays.asList("item", nothing())));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 2, 3));
	}

	@Test
	void wholeOldestLayersGoWithoutAPrunerToo() {
		AppendStack<String> stack = filled(4, 100, 1001);
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(700, 1001, 100));
		assertThat(stack.size()).isEqualTo(301);
	}

	@Test
	void prunerGetsEachDroppedLayerWholeAndOldestFirst() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(4, 100), pruned::add);
		push(stack, 0, 1001);
		assertThat(pruned).isEqualTo(Numbered.layers(0, 7, 100));
	}

	@Test
	void prunerIsNotCalledWhileThereIsRoom() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(2, 3), pruned::add);
		push(stack, 0, 6);
		assertThat(pruned).isEmpty();
		push(stack, 6, 7);
		assertThat(pruned).containsExactly(Numbered.layer(0, 3));
	}

	@Test
	void prunerOfThePushTakesThePlaceOfTheStacks() {
		List<Layer<String>> stacks = new ArrayList<>();
		List<Layer<String>> own = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(1, 2), stacks::add);
		push(stack, 0, 2);
		stack.push("2", own::add);
		stack.push("3", own::add);
		stack.push("4");
		assertThat(own).containsExactly(Numbered.layer(0, 2));
		assertThat(stacks).containsExactly(Numbered.layer(1, 2));
		assertThat(stack).containsExactly(Numbered.entry(4, 2));
	}

	@Test
	void prunerMayBeForAMoreGeneralType() {
		List<Layer<Object>> pruned = new ArrayList<>();
		Pruner<Object> pruner = pruned::add;
		AppendStack<String> stack = stack(new StackBounds(1, 2), pruner);
		push(stack, 0, 3);
		stack.push("3");
		stack.push("4", pruner);
		assertThat(pruned).extracting(Layer::generation).containsExactly(0L, 1L);
	}

	@Test
	void singleLayerIsReplacedWhenItIsFull() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(1, 3), pruned::add);
		push(stack, 0, 7);
		assertThat(pruned).isEqualTo(Numbered.layers(0, 2, 3));
		assertThat(stack).containsExactly(Numbered.entry(6, 3));
	}

	@Test
	void prunersGetEntriesAtThePositionsThatReadersSaw() {
		List<Entry<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(2, 3), (layer) -> pruned.addAll(layer.entries()));
		push(stack, 0, 6);
		List<Entry<String>> seen = stack.fromOldest(6).entries();
		stack.pushAll(Numbered.items(6, 12));
		assertThat(pruned).isEqualTo(seen).isEqualTo(Numbered.entries(0, 6, 3));
	}

	@Test
	void layersOfOneItemAreEachPrunedAlone() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(3, 1), pruned::add);
		push(stack, 0, 5);
		assertThat(pruned).isEqualTo(Numbered.layers(0, 2, 1));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(2, 5, 1));
	}

	@Test
	void stackOfASingleItemKeepsTheNewest() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(1, 1), pruned::add);
		push(stack, 0, 3);
		assertThat(pruned).isEqualTo(Numbered.layers(0, 2, 1));
		assertThat(stack).containsExactly(Numbered.entry(2, 1));
	}

	@Test
	void pushFailsWithItsPrunersExceptionAndChangesNothing() {
		AtomicBoolean broken = new AtomicBoolean(true);
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(2, 3), (layer) -> {
			if (broken.get()) {
				throw new IllegalStateException("archive is closed");
			}
			pruned.add(layer);
		});
		push(stack, 0, 6);
		assertThatIllegalStateException().isThrownBy(() -> stack.push("6")).withMessage("archive is closed");
		assertThatIllegalStateException().isThrownBy(() -> stack.pushAll(Numbered.items(6, 9)))
			.withMessage("archive is closed");
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 6, 3));
		broken.set(false);
		stack.push("6");
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(3, 7, 3));
		assertThat(pruned).containsExactly(Numbered.layer(0, 3));
	}

	@Test
	void pushFailsWithTheExceptionOfItsOwnPruner() {
		AppendStack<String> stack = filled(1, 3, 3);
		assertThatIllegalStateException().isThrownBy(() -> stack.push("3", (layer) -> {
			throw new IllegalStateException("own pruner");
		})).withMessage("own pruner");
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 3, 3));
		stack.push("3");
		assertThat(stack).containsExactly(Numbered.entry(3, 3));
	}

	@Test
	void asynchronousPushFailsWithItsPrunersException() throws Exception {
		AtomicBoolean broken = new AtomicBoolean(true);
		AppendStack<String> stack = stack(new StackBounds(1, 2), (layer) -> {
			if (broken.get()) {
				throw new IllegalStateException("archive is closed");
			}
		});
		push(stack, 0, 2);
		CompletableFuture<Position> placed = stack.pushAsync("2");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(placed::get)
			.withCauseInstanceOf(IllegalStateException.class)
			.withMessageContaining("archive is closed");
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 2, 2));
		broken.set(false);
		assertThat(stack.pushAsync("2").get()).isEqualTo(Numbered.position(2, 2));
	}

	@Test
	void laterLayerThatCannotBePrunedKeepsTheEarlierToo() {
		AtomicBoolean broken = new AtomicBoolean(true);
		AppendStack<String> stack = stack(new StackBounds(2, 2), (layer) -> {
			if (broken.get() && layer.generation() == 1) {
				throw new IllegalStateException("archive is full");
			}
		});
		push(stack, 0, 4);
		assertThatIllegalStateException().isThrownBy(() -> stack.pushAll(Numbered.items(4, 8)))
			.withMessage("archive is full");
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 4, 2));
		broken.set(false);
		stack.pushAll(Numbered.items(4, 8));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(4, 8, 2));
	}

	@Test
	void whatAPrunerPushesFollowsThePushUnderWay() {
		AtomicReference<AppendStack<String>> self = new AtomicReference<>();
		AppendStack<String> stack = stack(new StackBounds(2, 2),
				(layer) -> self.get().push("pruned " + layer.generation()));
		self.set(stack);
		push(stack, 0, 4);
		stack.push("4");
		assertThat(stack).containsExactly(Entry.of(2, 1, "pruned 0"), Entry.of(2, 0, "4"), Entry.of(1, 1, "3"),
				Entry.of(1, 0, "2"));
		stack.push("5");
		assertThat(stack).containsExactly(Entry.of(3, 1, "pruned 1"), Entry.of(3, 0, "5"), Entry.of(2, 1, "pruned 0"),
				Entry.of(2, 0, "4"));
	}

	@Test
	void whatAPrunerPushesMayPruneAgain() {
		AtomicReference<AppendStack<String>> self = new AtomicReference<>();
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(1, 2), (layer) -> {
			pruned.add(layer);
			if (layer.generation() == 0) {
				self.get().pushAll(List.of("a", "b", "c"));
			}
		});
		self.set(stack);
		push(stack, 0, 3);
		assertThat(stack).containsExactly(Entry.of(2, 1, "c"), Entry.of(2, 0, "b"));
		assertThat(pruned).containsExactly(Numbered.layer(0, 2), new Layer<>(1, List.of("2", "a")));
	}

	@Test
	void pushAllGivesConsecutivePositions() {
		AppendStack<String> stack = filled(4, 3, 2);
		stack.pushAll(Numbered.items(2, 8));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 8, 3));
	}

	@Test
	void pushAllOfNothingDoesNothing() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(1, 2), pruned::add);
		stack.pushAll(List.of());
		assertThat(stack).isEmpty();
		push(stack, 0, 2);
		stack.pushAll(List.of());
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 2, 2));
		assertThat(pruned).isEmpty();
	}

	@Test
	void pushAllBeyondTheBoundsPrunesEachLayerOnceOldestFirst() {
		List<Layer<String>> pruned = new ArrayList<>();
		AppendStack<String> stack = stack(new StackBounds(3, 10), pruned::add);
		push(stack, 0, 4);
		stack.pushAll(Numbered.items(4, 1004));
		assertThat(pruned).isEqualTo(Numbered.layers(0, 98, 10));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(980, 1004, 10));
	}

	@Test
	void pushAllCopiesTheItems() {
		AppendStack<String> stack = stack(4, 3);
		List<String> items = new ArrayList<>(Numbered.items(0, 2));
		stack.pushAll(items);
		items.clear();
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 2, 3));
	}

	@Test
	void pushAsyncGivesThePosition() throws Exception {
		AppendStack<String> stack = stack(2, 2);
		List<CompletableFuture<Position>> placed = Numbered.items(0, 7).stream().map(stack::pushAsync).toList();
		for (int i = 0; i < placed.size(); i++) {
			assertThat(placed.get(i).get()).isEqualTo(Numbered.position(i, 2));
		}
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(4, 7, 2));
	}

	@Test
	void cancelingAnAsynchronousPushChangesNothing() throws Exception {
		AppendStack<String> stack = stack(2, 2);
		stack.pushAsync("0").cancel(true);
		assertThat(stack.pushAsync("1").get()).isEqualTo(Numbered.position(1, 2));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 2, 2));
	}

	@Test
	void iterationIsNotDisturbedByPushes() {
		AppendStack<String> stack = filled(3, 4, 12);
		Iterator<Entry<String>> iterator = stack.iterator();
		List<Entry<String>> seen = new ArrayList<>(List.of(iterator.next()));
		push(stack, 12, 18);
		iterator.forEachRemaining(seen::add);
		assertThat(seen).isEqualTo(Numbered.newestFirst(12 - seen.size(), 12, 4));
	}

	@Test
	void streamMayBeReadAfterItsItemsWerePruned() {
		AppendStack<String> stack = filled(1, 2, 2);
		Stream<Entry<String>> stream = stack.stream();
		stack.pushAll(Numbered.items(2, 6));
		assertThat(stream).containsExactlyElementsOf(Numbered.newestFirst(4, 6, 2));
	}

	@Test
	void everyItemOfManyWritersIsKeptOrPrunedExactlyOnce() throws Exception {
		List<Layer<String>> pruned = Collections.synchronizedList(new ArrayList<>());
		AppendStack<String> stack = stack(new StackBounds(3, 7), pruned::add);
		Writers.run(Writers.COUNT, (writer) -> write(stack, writer));
		List<Entry<String>> history = new ArrayList<>();
		for (Layer<String> layer : pruned) {
			assertThat(layer.length()).isEqualTo(7);
			for (int i = 0; i < layer.length(); i++) {
				history.add(layer.entry(i).orElseThrow());
			}
		}
		List<Entry<String>> kept = stack.fromOldest(100).entries();
		assertThat(kept.size()).isBetween(15, 21);
		history.addAll(kept);
		assertExactHistory(history, 7);
	}

	@Test
	void readerThatFollowsSeesEachItemOnceInTheFinalOrder() throws Exception {
		AppendStack<String> stack = stack(100, 20);
		List<Entry<String>> seen = Writers.read(Writers.COUNT, (writer) -> write(stack, writer),
				(writing) -> Writers.follow(stack, 17, writing));
		assertThat(seen).isEqualTo(stack.fromOldest(Integer.MAX_VALUE).entries());
		assertExactHistory(seen, 20);
	}

	@Test
	void everyReadDuringPushesIsWithoutGaps() throws Exception {
		AppendStack<String> stack = stack(3, 7);
		int readings = Writers.read(Writers.COUNT, (writer) -> write(stack, writer),
				(writing) -> readAgainAndAgain(stack, writing));
		assertThat(readings).isPositive();
	}

	private static int readAgainAndAgain(AppendStack<String> stack, BooleanSupplier writing) {
		int readings = 0;
		Position newest = new Position(0, 0);
		while (writing.getAsBoolean() || readings == 0) {
			for (List<Entry<String>> read : List.of(stack.stream().toList(), stack.newest(9),
					Numbered.reversed(stack.fromOldest(9).entries()))) {
				for (int i = 1; i < read.size(); i++) {
					int number = numberOf(read.get(i - 1).position(), 7);
					assertThat(read.get(i).position()).isEqualTo(Numbered.position(number - 1, 7));
				}
			}
			Position now = stack.newest().map(Entry::position).orElse(newest);
			assertThat(now).isGreaterThanOrEqualTo(newest);
			newest = now;
			readings++;
		}
		return readings;
	}

	@Test
	void positionsGivenToManyWritersAreThoseOfTheirItems() throws Exception {
		AppendStack<String> stack = stack(100, 20);
		ConcurrentHashMap<Position, String> given = new ConcurrentHashMap<>();
		Writers.run(Writers.COUNT, (writer) -> {
			for (int i = 0; i < Writers.ITEMS; i++) {
				String item = Writers.item(writer, i);
				assertThat(given.put(stack.pushAsync(item).get(), item)).isNull();
			}
		});
		assertThat(given).hasSize(Writers.COUNT * Writers.ITEMS);
		assertThat(stack).allSatisfy((entry) -> assertThat(given).containsEntry(entry.position(), entry.item()));
		assertThat(stack.size()).isEqualTo(given.size());
	}

	/**
	 * Pushes the items of a writer. Of each ten items, three are pushed one by one, three
	 * asynchronously, and four together.
	 */
	private static void write(AppendStack<String> stack, int writer) throws Exception {
		CompletableFuture<?> placed = CompletableFuture.completedFuture(null);
		for (int i = 0; i < Writers.ITEMS; i += 10) {
			for (int push = i; push < i + 3; push++) {
				stack.push(Writers.item(writer, push));
			}
			for (int async = i + 3; async < i + 6; async++) {
				placed = stack.pushAsync(Writers.item(writer, async));
			}
			List<String> together = new ArrayList<>();
			for (int bulk = i + 6; bulk < i + 10; bulk++) {
				together.add(Writers.item(writer, bulk));
			}
			stack.pushAll(together);
		}
		placed.get();
	}

	private static void assertExactHistory(List<Entry<String>> history, int length) {
		List<String> items = history.stream().map(Entry::item).toList();
		Writers.assertComplete(items, Writers.COUNT);
		for (int i = 0; i < history.size(); i++) {
			assertThat(history.get(i).position()).isEqualTo(Numbered.position(i, length));
			if (items.get(i).endsWith("6")) {
				String tens = items.get(i).substring(0, items.get(i).length() - 1);
				assertThat(items.subList(i, i + 4)).containsExactly(tens + "6", tens + "7", tens + "8", tens + "9");
			}
		}
	}

	private static int numberOf(Position position, int length) {
		return Math.toIntExact(position.generation() * length + position.index());
	}

}
