package io.github.appendonly.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;

import io.github.appendonly.AppendStack;
import io.github.appendonly.AppendStackContractTests;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;
import io.github.appendonly.Writers;
import io.github.appendonly.state.AppendStackState;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class InMemoryAppendStackTests extends AppendStackContractTests {

	private static final StackBounds BOUNDS = new StackBounds(2, 3);

	@Override
	protected AppendStack<String> stack() {
		return new InMemoryAppendStack<>();
	}

	@Override
	protected AppendStack<String> stack(StackBounds bounds, Pruner<? super String> pruner) {
		return new InMemoryAppendStack<>(bounds, pruner);
	}

	@Test
	void stateOfAnEmptyStackIsItsBoundsAndOneEmptyLayer() {
		assertThat(new InMemoryAppendStack<String>(BOUNDS).state()).isEqualTo(AppendStackState.empty(BOUNDS));
		assertThat(new InMemoryAppendStack<String>().state()).isEqualTo(AppendStackState.empty(StackBounds.DEFAULT));
	}

	@Test
	void itemsAreTheVeryObjectsPushed() {
		InMemoryAppendStack<Object> stack = new InMemoryAppendStack<>(BOUNDS);
		Object item = new Object();
		stack.push(item);
		assertThat(stack.newest().map(Entry::item).orElseThrow()).isSameAs(item);
		assertThat(stack.get(new Position(0, 0)).orElseThrow()).isSameAs(item);
	}

	@Test
	void restoredStackGoesOnWhereTheOtherWas() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS);
		Numbered.items(0, 10).forEach(stack::push);
		InMemoryAppendStack<String> restored = new InMemoryAppendStack<>(stack.state());
		assertThat(restored.bounds()).isEqualTo(BOUNDS);
		assertThat(restored).containsExactlyElementsOf(stack);
		restored.push("10");
		assertThat(restored).containsExactlyElementsOf(Numbered.newestFirst(6, 11, 3));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(6, 10, 3));
	}

	@Test
	void restoredStackHasItsPruner() {
		List<Layer<String>> pruned = new ArrayList<>();
		InMemoryAppendStack<String> restored = new InMemoryAppendStack<>(
				new AppendStackState<>(BOUNDS, List.of(Numbered.layer(8, 3), Numbered.layer(7, 3))), pruned::add);
		restored.push("27");
		assertThat(pruned).containsExactly(Numbered.layer(7, 3));
	}

	@Test
	void layerBeforeTheRestoredOnesIsTakenToHaveBeenFull() {
		InMemoryAppendStack<String> restored = new InMemoryAppendStack<>(
				new AppendStackState<>(BOUNDS, List.of(Numbered.layer(8, 2), Numbered.layer(7, 3))));
		assertThat(restored.since(new Position(6, 1), 9).expired()).isTrue();
		assertThat(restored.since(new Position(6, 2), 9).expired()).isFalse();
		assertThat(restored.since(new Position(7, 0), 9).expired()).isFalse();
	}

	@Test
	void stackRestoredFromTheFirstGenerationHasLostNothing() {
		InMemoryAppendStack<String> restored = new InMemoryAppendStack<>(
				new AppendStackState<>(BOUNDS, List.of(Numbered.layer(0, 2))));
		assertThat(restored.since(new Position(0, 0), 9).expired()).isFalse();
	}

	@Test
	void stateWithGapsAndEmptyLayersIsRead() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(
				new AppendStackState<>(BOUNDS, List.of(new Layer<>(9, List.of()), new Layer<>(6, List.of("b", "c")),
						new Layer<>(4, List.of()), new Layer<>(2, List.of("a")))));
		Entry<String> a = Entry.of(2, 0, "a");
		Entry<String> b = Entry.of(6, 0, "b");
		Entry<String> c = Entry.of(6, 1, "c");
		assertThat(stack).containsExactly(c, b, a);
		assertThat(stack.size()).isEqualTo(3);
		assertThat(stack.newest()).contains(c);
		assertThat(stack.newer(new Position(4, 5))).containsExactly(c, b);
		assertThat(stack.older(new Position(8, 0))).containsExactly(c, b, a);
		assertThat(stack.older(new Position(6, 0))).containsExactly(a);
		assertThat(stack.older(new Position(4, 1))).containsExactly(a);
		assertThat(stack.since(new Position(3, 0), 1))
			.isEqualTo(new Changes<>(List.of(b), new Position(6, 0), false, false));
		assertThat(stack.since(new Position(6, 0), 1))
			.isEqualTo(new Changes<>(List.of(c), new Position(6, 1), true, false));
		assertThat(stack.fromOldest(3).caughtUp()).isTrue();
		assertThat(stack.get(new Position(9, 0))).isEmpty();
		assertThat(stack.get(new Position(4, 0))).isEmpty();
		assertThat(stack.get(new Position(6, 1))).contains("c");
	}

	@Test
	void emptyLayersThatArePrunedExpireNothing() {
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new AppendStackState<>(new StackBounds(1, 2),
				List.of(new Layer<>(1, List.of("b", "c")), new Layer<>(0, List.of()))));
		stack.changeBounds(new StackBounds(2, 2));
		stack.push("d");
		assertThat(stack.since(new Position(0, 0), 9).expired()).isFalse();
		stack.pushAll(List.of("e", "f"));
		assertThat(stack.since(new Position(0, 0), 9).expired()).isTrue();
		assertThat(stack.since(new Position(1, 1), 9).expired()).isFalse();
	}

	@Test
	void boundsMayChangeAtAnyTime() {
		List<Layer<String>> pruned = new ArrayList<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(3, 3), pruned::add);
		Numbered.items(0, 9).forEach(stack::push);
		stack.changeBounds(new StackBounds(1, 2));
		assertThat(stack.bounds()).isEqualTo(new StackBounds(1, 2));
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 9, 3));
		assertThat(pruned).isEmpty();
		stack.push("9");
		assertThat(stack).containsExactly(Entry.of(3, 0, "9"));
		assertThat(pruned).isEqualTo(Numbered.layers(0, 3, 3));
		stack.changeBounds(new StackBounds(2, 4));
		stack.pushAll(List.of("10", "11", "12", "13"));
		assertThat(stack.state().newestFirst())
			.isEqualTo(List.of(new Layer<>(4, List.of("13")), new Layer<>(3, List.of("9", "10", "11", "12"))));
		assertThatNullPointerException().isThrownBy(() -> stack.changeBounds(nothing()));
	}

	@Test
	void boundsMayChangeWhileOthersPush() throws Exception {
		List<Layer<String>> pruned = new ArrayList<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS, pruned::add);
		Writers.read(Writers.COUNT, (writer) -> Writers.items(writer).forEach(stack::push), (writing) -> {
			int changes = 0;
			while (writing.getAsBoolean()) {
				stack.changeBounds(new StackBounds(1 + changes % 3, 1 + changes % 7));
				changes++;
			}
			return changes;
		});
		pruned.addAll(Numbered.reversed(stack.state().newestFirst()));
		Writers.assertComplete(pruned.stream().flatMap((layer) -> layer.items().stream()).toList(), Writers.COUNT);
		for (int generation = 0; generation < pruned.size(); generation++) {
			assertThat(pruned.get(generation).generation()).isEqualTo(generation);
		}
	}

	@Test
	void prunerCannotChangeTheBounds() {
		AtomicReference<InMemoryAppendStack<String>> self = new AtomicReference<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(1, 1),
				(layer) -> self.get().changeBounds(BOUNDS));
		self.set(stack);
		stack.push("0");
		assertThatIllegalStateException().isThrownBy(() -> stack.push("1")).withMessageContaining("bounds");
		stack.changeBounds(BOUNDS);
		assertThat(stack.bounds()).isEqualTo(BOUNDS);
	}

	@Test
	void prunerSeesTheStackAsItWas() {
		AtomicReference<InMemoryAppendStack<String>> self = new AtomicReference<>();
		List<List<Entry<String>>> seen = new ArrayList<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS, (layer) -> {
			self.get().push("pruner's");
			seen.add(self.get().stream().toList());
		});
		self.set(stack);
		Numbered.items(0, 7).forEach(stack::push);
		assertThat(seen).containsExactly(Numbered.newestFirst(0, 6, 3));
		assertThat(stack.newest(2)).containsExactly(Entry.of(2, 1, "pruner's"), Entry.of(2, 0, "6"));
	}

	@Test
	void readersDoNotWaitForAPrunerButPushesDo() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS, (layer) -> {
			entered.countDown();
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		Numbered.items(0, 6).forEach(stack::push);
		FutureTask<String> pruning = started(() -> stack.push("6"));
		entered.await();
		AtomicReference<Thread> second = new AtomicReference<>();
		FutureTask<String> waiting = started(() -> {
			second.set(Thread.currentThread());
			stack.push("7");
		});
		while (second.get() == null || second.get().getState() != Thread.State.WAITING) {
			Thread.onSpinWait();
		}
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 6, 3));
		assertThat(stack.since(new Position(0, 0), 9).caughtUp()).isTrue();
		release.countDown();
		pruning.get();
		waiting.get();
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(3, 8, 3));
	}

	private static FutureTask<String> started(Runnable task) {
		FutureTask<String> future = new FutureTask<>(task, "done");
		new Thread(future).start();
		return future;
	}

	@Test
	void whatAPrunerPushedGoesWithThePushThatFails() {
		AtomicReference<InMemoryAppendStack<String>> self = new AtomicReference<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(1, 2), (layer) -> {
			self.get().push("pruned " + layer.generation());
			self.get().pushAll(List.of("more"));
			if (layer.generation() == 1) {
				throw new IllegalStateException("second layer");
			}
		});
		self.set(stack);
		Numbered.items(0, 2).forEach(stack::push);
		assertThatIllegalStateException().isThrownBy(() -> stack.push("2")).withMessage("second layer");
		assertThat(stack).containsExactlyElementsOf(Numbered.newestFirst(0, 2, 2));
		stack.push("2", (layer) -> {
		});
		assertThat(stack).containsExactly(Numbered.entry(2, 2));
	}

	@Test
	void ownPrunerOfAPushMadeByAPrunerIsCalled() {
		AtomicReference<InMemoryAppendStack<String>> self = new AtomicReference<>();
		List<Layer<String>> own = new ArrayList<>();
		List<Layer<String>> stacks = new ArrayList<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(1, 1), (layer) -> {
			stacks.add(layer);
			self.get().push("pruner's", own::add);
		});
		self.set(stack);
		stack.push("0");
		stack.push("1");
		assertThat(stacks).containsExactly(new Layer<>(0, List.of("0")));
		assertThat(own).containsExactly(new Layer<>(1, List.of("1")));
		assertThat(stack).containsExactly(Entry.of(2, 0, "pruner's"));
	}

	@Test
	void asynchronousPushOfAPrunerIsPlacedAfterwards() throws Exception {
		AtomicReference<InMemoryAppendStack<String>> self = new AtomicReference<>();
		List<CompletableFuture<Position>> placed = new ArrayList<>();
		List<Boolean> done = new ArrayList<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(BOUNDS, (layer) -> {
			if (layer.generation() == 0) {
				placed.add(self.get().pushAsync("async"));
				placed.add(self.get().pushAsync("async too"));
				self.get().push("joined");
				placed.forEach((future) -> done.add(future.isDone()));
			}
		});
		self.set(stack);
		Numbered.items(0, 7).forEach(stack::push);
		assertThat(done).containsExactly(false, false);
		assertThat(placed.get(0).get()).isEqualTo(new Position(2, 2));
		assertThat(placed.get(1).get()).isEqualTo(new Position(3, 0));
		assertThat(stack).containsExactly(Entry.of(3, 0, "async too"), Entry.of(2, 2, "async"),
				Entry.of(2, 1, "joined"), Entry.of(2, 0, "6"));
	}

	@Test
	void asynchronousPushOfAPrunerDoesNotFailWithIt() throws Exception {
		AtomicReference<InMemoryAppendStack<String>> self = new AtomicReference<>();
		List<CompletableFuture<Position>> placed = new ArrayList<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(1, 2), (layer) -> {
			if (placed.isEmpty()) {
				placed.add(self.get().pushAsync("async"));
				self.get().push("joined");
				throw new IllegalStateException("first time");
			}
		});
		self.set(stack);
		Numbered.items(0, 2).forEach(stack::push);
		assertThatIllegalStateException().isThrownBy(() -> stack.push("2")).withMessage("first time");
		assertThat(placed.get(0).get()).isEqualTo(new Position(1, 0));
		assertThat(stack).containsExactly(Entry.of(1, 0, "async"));
	}

	@Test
	void asynchronousPushOfAPrunerFailsByItself() {
		AtomicReference<InMemoryAppendStack<String>> self = new AtomicReference<>();
		List<CompletableFuture<Position>> placed = new ArrayList<>();
		InMemoryAppendStack<String> stack = new InMemoryAppendStack<>(new StackBounds(1, 1), (layer) -> {
			if (layer.generation() == 1) {
				throw new IllegalStateException("second layer");
			}
			placed.add(self.get().pushAsync("async"));
		});
		self.set(stack);
		stack.push("0");
		stack.push("1");
		assertThat(stack).containsExactly(Entry.of(1, 0, "1"));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(placed.get(0)::get)
			.withCauseInstanceOf(IllegalStateException.class)
			.withMessageContaining("second layer");
	}

	@Test
	void longChainOfPushesByPrunersNeedsNoStack() {
		AtomicReference<InMemoryAppendStack<Integer>> self = new AtomicReference<>();
		List<CompletableFuture<Position>> placed = new ArrayList<>();
		InMemoryAppendStack<Integer> stack = new InMemoryAppendStack<>(new StackBounds(1, 1), (layer) -> {
			int item = layer.items().get(0);
			if (item < 50_000) {
				self.get().push(item + 1);
			}
			else if (item < 100_000) {
				placed.add(self.get().pushAsync(item + 1));
			}
		});
		self.set(stack);
		stack.push(0);
		stack.push(0);
		assertThat(stack).containsExactly(Entry.of(200_001, 0, 100_000));
		assertThat(placed).hasSize(100_000).allMatch(CompletableFuture::isDone);
	}

}
