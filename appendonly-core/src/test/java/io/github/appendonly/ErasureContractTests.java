package io.github.appendonly;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.github.appendonly.HistoryContractTests.Archived;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * The contract of everything {@link Erasable}, outside of transactions: stacks, archives
 * and histories. Extend this class for an implementation of a stack and its archive. Each
 * call of the factory method must return a new stack and a new archive without items.
 */
public abstract class ErasureContractTests {

	protected abstract Archived archived(StackBounds bounds);

	/**
	 * Returns the history as another user of the store has it.
	 */
	protected History<String> fromElsewhere(Archived archived) {
		return archived.history();
	}

	/** Layers of 3 items, of which the stack keeps two. */
	private Archived filled(int items) {
		Archived archived = archived(new StackBounds(2, 3));
		Numbered.items(0, items).forEach(archived.stack()::push);
		return archived;
	}

	private static Position[] positions(int... numbers) {
		return IntStream.of(numbers).mapToObj((number) -> Numbered.position(number, 3)).toArray(Position[]::new);
	}

	private static List<Gone> gone(int... numbers) {
		return IntStream.of(numbers).mapToObj((number) -> Gone.erased(Numbered.position(number, 3))).toList();
	}

	private static List<Entry<String>> without(List<Entry<String>> entries, int... numbers) {
		List<Position> erased = List.of(positions(numbers));
		return entries.stream().filter((entry) -> !erased.contains(entry.position())).toList();
	}

	@Test
	void erasedItemsLeaveTheirPositions() {
		Archived archived = filled(11);
		AppendStack<String> stack = archived.stack();
		assertThat(stack.erase(positions(7, 6, 10, 7))).isEqualTo(3);
		assertThat(archived.archive().erase(positions(1, 3))).isEqualTo(2);
		assertThat(stack.size()).isEqualTo(5);
		assertThat(archived.archive().size()).isEqualTo(6);
		assertThat(stack).containsExactlyElementsOf(without(Numbered.newestFirst(6, 11, 3), 7, 6, 10));
		assertThat(stack.newest()).contains(Numbered.entry(9, 3));
		assertThat(stack.newest(2)).isEqualTo(List.of(Numbered.entry(9, 3), Numbered.entry(8, 3)));
		assertThat(stack.older(new Position(3, 0), 5)).containsExactly(Numbered.entry(8, 3));
		assertThat(stack.newer(new Position(2, 0))).containsExactly(Numbered.entry(9, 3), Numbered.entry(8, 3));
		assertThat(stack.get(new Position(2, 1))).isEmpty();
		assertThat(stack.get(new Position(2, 2))).contains("8");
		assertThat(stack.since(new Position(2, 0), 10))
			.isEqualTo(new Changes<>(List.of(Numbered.entry(8, 3), Numbered.entry(9, 3)), new Position(3, 1), true,
					false, false, gone(7, 10)));
		assertThat(stack.fromOldest(2))
			.isEqualTo(new Changes<>(List.of(), new Position(2, 1), false, false, false, gone(6, 7)));
		History<String> history = archived.history();
		assertThat(history).containsExactlyElementsOf(without(Numbered.newestFirst(0, 11, 3), 1, 3, 6, 7, 10));
		assertThat(history.since(Position.START, 100))
			.isEqualTo(new Changes<>(without(Numbered.entries(0, 11, 3), 1, 3, 6, 7, 10), new Position(3, 1), true,
					false, false, gone(1, 3, 6, 7, 10)));
		assertThat(archived.archive().layer(0)).contains(new Layer<>(0, List.of("0", "2"), gone(1)));
	}

	@Test
	void nothingIsErasedTwiceOrWhereNoItemIs() {
		Archived archived = filled(8);
		AppendStack<String> stack = archived.stack();
		assertThat(stack.erase(Position.START, new Position(0, 0), new Position(1, 3), new Position(9, 9))).isZero();
		assertThat(archived.archive().erase(Position.START, new Position(2, 0), new Position(1, 0))).isZero();
		assertThat(stack.erase(List.of())).isZero();
		assertThat(archived.history()).containsExactlyElementsOf(Numbered.newestFirst(0, 8, 3));
		assertThat(stack.erase(positions(4))).isOne();
		assertThat(stack.erase(positions(4))).isZero();
		assertThat(archived(StackBounds.DEFAULT).history().erase(positions(1))).isZero();
	}

	@Test
	void pushesGoOnAndErasedPositionsReachThePrunerAndTheArchive() {
		Archived archived = filled(2);
		AppendStack<String> stack = archived.stack();
		assertThat(stack.erase(positions(1))).isOne();
		stack.push("2");
		assertThat(stack.erase(positions(0))).isOne();
		stack.pushAll(Numbered.items(3, 5));
		assertThat(stack.erase(positions(3))).isOne();
		assertThat(stack.since(Position.START, 100)).isEqualTo(new Changes<>(
				without(Numbered.entries(0, 5, 3), 0, 1, 3), new Position(1, 1), true, false, false, gone(0, 1, 3)));
		List<Layer<? extends String>> pruned = new ArrayList<>();
		stack.push("5", pruned::add);
		stack.push("6", pruned::add);
		stack.pushAll(Numbered.items(7, 12));
		assertThat(pruned).isEqualTo(List.of(new Layer<>(0, List.of("2"), gone(0, 1))));
		assertThat(archived.archive().since(new Position(0, 2), 100)).isEqualTo(
				new Changes<>(without(Numbered.entries(3, 6, 3), 3), new Position(1, 2), true, false, false, gone(3)));
		assertThat(archived.stack()).containsExactlyElementsOf(Numbered.newestFirst(6, 12, 3));
	}

	@Test
	void historyErasesWhereverTheItemIs() {
		History<String> history = filled(11).history();
		assertThat(history.erase(positions(0, 4, 6, 10))).isEqualTo(4);
		assertThat(history.erase(positions(0, 4, 6, 10))).isZero();
		assertThat(history).containsExactlyElementsOf(without(Numbered.newestFirst(0, 11, 3), 0, 4, 6, 10));
		assertThat(history.replace(new Position(0, 1), (item) -> item + "'")).isTrue();
		assertThat(history.replace(new Position(3, 0), (item) -> item + "'")).isTrue();
		assertThat(history.get(new Position(0, 1))).contains("1'");
		assertThat(history.get(new Position(3, 0))).contains("9'");
		assertThat(history.size()).isEqualTo(11);
	}

	@Test
	void erasesByACondition() {
		Archived archived = filled(11);
		List<Erasure> progress = new ArrayList<>();
		Erasure erased = archived.history()
			.eraseIf((item) -> Integer.parseInt(item) % 3 == 1, Erasure.BEGIN, progress::add);
		assertThat(erased).isEqualTo(new Erasure(Position.parse("0-0"), true, 11, 4, 0));
		assertThat(progress).last().isEqualTo(erased);
		assertThat(progress.subList(0, progress.size() - 1)).isNotEmpty().noneMatch(Erasure::done);
		assertThat(archived.history()).containsExactlyElementsOf(without(Numbered.newestFirst(0, 11, 3), 1, 4, 7, 10));
		assertThat(archived.history().eraseIf((item) -> item.length() < 2).erased()).isEqualTo(7);
		assertThat(archived.history()).isEmpty();
		assertThat(archived.history().eraseIf((item) -> true).examined()).isZero();
		assertThat(archived.history().size()).isEqualTo(11);
		assertThat(archived(StackBounds.DEFAULT).history().eraseIf((item) -> true))
			.isEqualTo(Erasure.BEGIN.plus(Erasure.BEGIN.cursor(), true, 0, 0, 0));
	}

	@Test
	void eraseIfStopsAndGoesOnWhereItWas() {
		AppendStack<String> stack = archived(new StackBounds(50, 100)).stack();
		stack.pushAll(Numbered.items(0, 4321));
		List<Erasure> progress = new ArrayList<>();
		assertThatIllegalStateException()
			.isThrownBy(() -> stack.eraseIf((item) -> item.endsWith("7"), Erasure.BEGIN, (portion) -> {
				progress.add(portion);
				if (progress.size() == 2) {
					throw new IllegalStateException("Stop");
				}
			}))
			.withMessage("Stop");
		Erasure stopped = progress.get(1);
		assertThat(stopped.done()).isFalse();
		assertThat(stopped.examined()).isBetween(1000L, 4000L);
		long seven = stack.size() - stopped.examined();
		assertThat(stack.newer(stopped.cursor())).noneMatch((entry) -> entry.item().endsWith("7"));
		assertThat(stack.older(stopped.cursor())).anyMatch((entry) -> entry.item().endsWith("7")).hasSize((int) seven);
		Erasure rest = stack.eraseIf((item) -> item.endsWith("7"), stopped, (portion) -> {
		});
		assertThat(rest).isEqualTo(new Erasure(new Position(0, 0), true, 4321, 432, 0));
		assertThat(stack).noneMatch((entry) -> entry.item().endsWith("7")).hasSize(4321 - 432);
		assertThat(stack.eraseIf((item) -> true, Erasure.below(Position.parse("3-7")), (portion) -> {
		}).erased()).isEqualTo(307 - 30);
	}

	@Test
	void eraseIfNeitherReadsNorHoldsUpWhatIsPushedMeanwhile() {
		AppendStack<String> stack = archived(new StackBounds(4, 50)).stack();
		stack.pushAll(Numbered.items(0, 4));
		Erasure erased = stack.eraseIf((item) -> {
			stack.push(item + "'");
			return true;
		});
		assertThat(erased).isEqualTo(new Erasure(new Position(0, 0), true, 4, 4, 0));
		assertThat(stack.stream().map(Entry::item)).containsExactlyInAnyOrder("0'", "1'", "2'", "3'");
	}

	@Test
	void historyErasesWhatLeavesTheStackMeanwhile() {
		Archived archived = filled(8);
		AtomicInteger asked = new AtomicInteger();
		List<Erasure> progress = new ArrayList<>();
		Erasure erased = archived.history().eraseIf((item) -> {
			if (asked.getAndIncrement() == 0) {
				archived.stack().pushAll(Numbered.items(8, 16));
			}
			return Integer.parseInt(item) % 2 == 0 && Integer.parseInt(item) < 8;
		}, Erasure.BEGIN, progress::add);
		assertThat(erased.erased()).isEqualTo(4);
		assertThat(progress.get(0).cursor()).isEqualTo(Erasure.BEGIN.cursor());
		assertThat(archived.history()).containsExactlyElementsOf(without(Numbered.newestFirst(0, 16, 3), 0, 2, 4, 6));
	}

	@Test
	void conditionThatFailsEndsTheErasure() {
		AppendStack<String> stack = filled(4).stack();
		assertThatIllegalStateException().isThrownBy(() -> stack.eraseIf((item) -> {
			throw new IllegalStateException("No");
		})).withMessage("No");
		assertThatNullPointerException().isThrownBy(() -> stack.eraseIf(nothing()));
		assertThatNullPointerException().isThrownBy(() -> stack.erase((Position) nothing()));
		assertThat(stack).hasSize(4);
	}

	@Test
	void replacedItemIsInThePlaceOfTheOther() {
		Archived archived = filled(11);
		AppendStack<String> stack = archived.stack();
		assertThat(stack.replace(new Position(3, 1), (item) -> item + " of \"y\", [null]")).isTrue();
		assertThat(archived.archive().replace(new Position(0, 1), (item) -> item + "'")).isTrue();
		assertThat(stack).containsExactly(Entry.of(3, 1, "10 of \"y\", [null]"), Numbered.entry(9, 3),
				Numbered.entry(8, 3), Numbered.entry(7, 3), Numbered.entry(6, 3));
		assertThat(archived.archive().layer(0)).contains(new Layer<>(0, List.of("0", "1'", "2")));
		assertThat(stack.since(new Position(3, 0), 5).gone()).isEmpty();
		stack.erase(positions(6));
		assertThat(List.of(positions(6, 5, 11))).noneMatch((position) -> stack.replace(position, (item) -> "another"));
		assertThat(stack.replace(Position.START, (item) -> "another")).isFalse();
		assertThatNullPointerException().isThrownBy(() -> stack.replace(new Position(3, 0), (item) -> nothing()))
			.withMessageContaining("erase");
		stack.pushAll(Numbered.items(11, 13));
		stack.pushAll(Numbered.items(13, 16));
		assertThat(archived.history().get(new Position(3, 1))).contains("10 of \"y\", [null]");
		assertThat(archived.history().get(new Position(2, 0))).isEmpty();
	}

	@Test
	void prunerDoesNotEraseFromTheStackThatIsPruned() {
		AppendStack<String> stack = filled(6).stack();
		assertThatIllegalStateException().isThrownBy(() -> stack.push("6", (layer) -> stack.erase(new Position(1, 0))))
			.withMessageContaining("pruner");
		assertThat(stack).hasSize(6);
	}

	/**
	 * Half of the writers push, each with an eraser of its own that erases each fifth of
	 * its items as soon as it can read them.
	 */
	@Test
	void nothingElseIsLostWhilePushesSealAndArchive() throws Exception {
		Archived archived = archived(new StackBounds(2, 5));
		History<String> history = archived.history();
		History<String> elsewhere = fromElsewhere(archived);
		int writers = 2;
		List<Changes<String>> read = Writers.read(2 * writers, (thread) -> {
			if (thread < writers) {
				for (String item : Writers.items(thread)) {
					archived.stack().push(item);
				}
			}
			else {
				eraseFifths((thread % 2 == 0) ? history : elsewhere, thread - writers);
			}
		}, (writing) -> changes(history, writing));
		List<String> expected = IntStream.range(0, writers)
			.boxed()
			.flatMap((writer) -> Writers.items(writer).stream())
			.filter((item) -> !isFifth(item))
			.toList();
		assertThat(history.stream().map(Entry::item)).containsExactlyInAnyOrderElementsOf(expected);
		assertThat(elsewhere).containsExactlyElementsOf(history);
		assertThat(history.size()).isEqualTo((long) writers * Writers.ITEMS);
		Changes<String> whole = history.since(Position.START, writers * Writers.ITEMS);
		assertThat(whole.gone()).hasSize(writers * Writers.ITEMS / 5)
			.extracting(Gone::reason)
			.containsOnly(Gone.Reason.ERASED);
		assertThat(read).allMatch((step) -> !step.expired() && !step.ahead() && step.unreadable().isEmpty());
		assertThat(read.stream().mapToInt((step) -> step.entries().size() + step.gone().size()).sum())
			.isEqualTo(writers * Writers.ITEMS);
	}

	private static boolean isFifth(String item) {
		return Integer.parseInt(item.substring(item.indexOf(':') + 1)) % 5 == 0;
	}

	private static void eraseFifths(History<String> history, int writer) {
		int erased = 0;
		while (erased < Writers.ITEMS / 5) {
			Optional<Entry<String>> found = history.stream()
				.filter((entry) -> entry.item().startsWith(writer + ":") && isFifth(entry.item()))
				.findFirst();
			if (erased % 2 == 0) {
				erased += found.map((entry) -> history.erase(entry.position())).orElse(0);
			}
			else {
				erased += (int) found.map((entry) -> history.eraseIf(entry.item()::equals).erased())
					.orElse(0L)
					.longValue();
			}
		}
	}

	private static List<Changes<String>> changes(History<String> history, BooleanSupplier writing) {
		List<Changes<String>> steps = new ArrayList<>();
		Position cursor = Position.START;
		while (true) {
			boolean unfinished = writing.getAsBoolean();
			Changes<String> step = history.since(cursor, 7);
			cursor = step.cursor();
			steps.add(step);
			if (step.caughtUp() && !unfinished) {
				return steps;
			}
		}
	}

}
