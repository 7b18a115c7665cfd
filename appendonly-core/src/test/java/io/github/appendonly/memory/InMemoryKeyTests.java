package io.github.appendonly.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.KeyContractTests;
import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import io.github.appendonly.StackBounds;
import io.github.appendonly.state.AccumulatorState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class InMemoryKeyTests extends KeyContractTests {

	private final AtomicReference<Consumer<AppendStack<String>>> inPruner = new AtomicReference<>((stack) -> {
	});

	@Override
	protected AppendStack<String> stack(int maxLayers, int maxLength) {
		AtomicReference<AppendStack<String>> self = new AtomicReference<>();
		self.set(new InMemoryAppendStack<>(new StackBounds(maxLayers, maxLength),
				(layer) -> this.inPruner.get().accept(self.get())));
		return self.get();
	}

	@Override
	protected Accumulator<String> accumulator() {
		return new InMemoryAccumulator<>();
	}

	@Test
	void pushThatAPrunerFailsLeavesItsKeyFree() {
		AppendStack<String> stack = stack(1, 1);
		stack.push("a");
		this.inPruner.set((self) -> {
			self.push("joined", "other");
			throw new IllegalStateException("no");
		});
		assertThatIllegalStateException().isThrownBy(() -> stack.push("b", "key"));
		this.inPruner.set((self) -> {
		});
		assertThat(stack.push("b", "key")).isEqualTo(new Pushed(true, Optional.of(new Position(1, 0))));
		assertThat(stack.push("c", "other")).isEqualTo(new Pushed(true, Optional.of(new Position(2, 0))));
	}

	@Test
	void prunerPushesWithKeys() {
		AppendStack<String> stack = stack(2, 1);
		stack.pushAll(List.of("a", "b"));
		List<Pushed> answers = new ArrayList<>();
		this.inPruner.set((self) -> {
			this.inPruner.set((again) -> {
			});
			answers.add(self.push("c", "key"));
			answers.add(self.push("d", "other"));
			answers.add(self.push("d", "other"));
		});
		assertThat(stack.push("c", "key")).isEqualTo(new Pushed(true, Optional.of(new Position(2, 0))));
		assertThat(answers).containsExactly(new Pushed(false, Optional.empty()), new Pushed(true, Optional.empty()),
				new Pushed(false, Optional.empty()));
		assertThat(stack.push("d", "other")).isEqualTo(new Pushed(false, Optional.of(new Position(3, 0))));
		assertThat(stack.stream().map(Entry::item)).containsExactly("d", "c");
	}

	@Test
	void prunerDoesNotWaitForAPushThatWaitsForIt() {
		AppendStack<String> stack = stack(1, 1);
		stack.push("a");
		CompletableFuture<Pushed> waiting = new CompletableFuture<>();
		AtomicReference<Thread> other = new AtomicReference<>();
		this.inPruner.set((self) -> {
			this.inPruner.set((again) -> {
			});
			Thread thread = new Thread(() -> waiting.complete(self.push("b", "key")));
			other.set(thread);
			thread.start();
			while (thread.getState() != Thread.State.WAITING) {
				Thread.onSpinWait();
			}
			assertThatIllegalStateException().isThrownBy(() -> self.push("b", "key"))
				.withMessageStartingWith("A pruner cannot wait for another push with its key \"key\"");
		});
		stack.push("c");
		assertThat(waiting.join()).isEqualTo(new Pushed(true, Optional.of(new Position(2, 0))));
	}

	@Test
	void accumulatorForgetsKeysAfterADay() {
		AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
		Accumulator<String> accumulator = new InMemoryAccumulator<>(AccumulatorState.empty(), nanoTime::get);
		assertThat(accumulator.append("a", "key")).isTrue();
		nanoTime.addAndGet(Accumulator.KEY_RETENTION.toNanos());
		assertThat(accumulator.append("b", "key")).isFalse();
		nanoTime.incrementAndGet();
		assertThat(accumulator.append("c", "key")).isTrue();
		assertThat(accumulator).containsExactly("a", "c");
	}

}
