package io.github.appendonly;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * The contract of pushes and appends with a key, outside of transactions. Extend this
 * class for an implementation. Each call of a factory method must return a new structure
 * without items.
 */
public abstract class KeyContractTests {

	private static final int CALLERS = 8;

	private static final int KEYS = 20;

	protected abstract AppendStack<String> stack(int maxLayers, int maxLength);

	protected abstract Accumulator<String> accumulator();

	private AppendStack<String> stack() {
		return stack(10, 100);
	}

	private static Pushed first(Position position) {
		return new Pushed(true, Optional.of(position));
	}

	private static Pushed repeated(Position position) {
		return new Pushed(false, Optional.of(position));
	}

	@Test
	void itemsOfDifferentKeysAreAllStored() {
		AppendStack<String> stack = stack();
		assertThat(stack.push("a", "key")).isEqualTo(first(new Position(0, 0)));
		stack.push("b");
		assertThat(stack.push("c", "KEY")).isEqualTo(first(new Position(0, 2)));
		assertThat(stack.push("c", " key")).isEqualTo(first(new Position(0, 3)));
		assertThat(stack.stream().map(Entry::item)).containsExactly("c", "c", "b", "a");
	}

	@Test
	void sameKeyIsStoredOnce() {
		AppendStack<String> stack = stack();
		stack.push("a");
		stack.push("first", "key");
		assertThat(stack.push("first", "key")).isEqualTo(repeated(new Position(0, 1)));
		stack.push("c");
		assertThat(stack.push("another", "key")).isEqualTo(repeated(new Position(0, 1)));
		assertThat(stack.stream().map(Entry::item)).containsExactly("c", "first", "a");
	}

	@Test
	void keysOfStacksHaveNothingToDoWithEachOther() {
		AppendStack<String> stack = stack();
		AppendStack<String> other = stack();
		stack.push("a", "key");
		assertThat(other.push("b", "key")).isEqualTo(first(new Position(0, 0)));
	}

	@Test
	void keyEndsWithTheLayerOfItsItem() {
		AppendStack<String> stack = stack(2, 2);
		stack.push("a", "first");
		stack.push("b", "second");
		stack.pushAll(List.of("c", "d"));
		assertThat(stack.push("a", "first")).isEqualTo(repeated(new Position(0, 0)));
		assertThat(stack.push("e", "third")).isEqualTo(first(new Position(2, 0)));
		assertThat(stack.push("a", "first")).isEqualTo(first(new Position(2, 1)));
		assertThat(stack.push("e", "third")).isEqualTo(repeated(new Position(2, 0)));
		assertThat(stack.push("b", "second")).isEqualTo(first(new Position(3, 0)));
		assertThat(stack.push("b", "second")).isEqualTo(repeated(new Position(3, 0)));
		assertThat(stack.stream().map(Entry::item)).containsExactly("b", "a", "e");
	}

	@Test
	void longestKeyIsKept() {
		AppendStack<String> stack = stack();
		String key = "é".repeat(198) + "\uD83D\uDE00";
		assertThat(stack.push("a", key)).isEqualTo(first(new Position(0, 0)));
		assertThat(stack.push("a", key)).isEqualTo(repeated(new Position(0, 0)));
		Accumulator<String> accumulator = accumulator();
		assertThat(accumulator.append("a", key)).isTrue();
		assertThat(accumulator.append("a", key)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " \u2003", "a\nb", "a\u0000", "\uD83D" })
	void badKeysAreRefused(String key) {
		AppendStack<String> stack = stack();
		Accumulator<String> accumulator = accumulator();
		String message = "A key is a text of 1 to 200 characters, not blank, without control characters, but got \""
				+ key + "\"";
		assertThatIllegalArgumentException().isThrownBy(() -> stack.push("a", key)).withMessage(message);
		assertThatIllegalArgumentException().isThrownBy(() -> accumulator.append("a", key)).withMessage(message);
		assertThat(stack).isEmpty();
		assertThat(accumulator).isEmpty();
	}

	@Test
	void missingAndTooLongKeysAreRefused() {
		AppendStack<String> stack = stack();
		Accumulator<String> accumulator = accumulator();
		String tooLong = "k".repeat(201);
		assertThatIllegalArgumentException().isThrownBy(() -> stack.push("a", tooLong))
			.withMessageEndingWith(", but got one of 201 characters");
		assertThatIllegalArgumentException().isThrownBy(() -> accumulator.append("a", tooLong))
			.withMessageEndingWith(", but got one of 201 characters");
		assertThatNullPointerException().isThrownBy(() -> stack.push("a", Nulls.<String>nothing())).withMessage("key");
		assertThatNullPointerException().isThrownBy(() -> accumulator.append("a", nothing())).withMessage("key");
		assertThat(stack).isEmpty();
		assertThat(accumulator).isEmpty();
	}

	@Test
	void keyOfARefusedItemStaysFree() {
		AppendStack<String> stack = stack();
		Accumulator<String> accumulator = accumulator();
		assertThatNullPointerException().isThrownBy(() -> stack.push(nothing(), "key"));
		assertThatNullPointerException().isThrownBy(() -> accumulator.append(nothing(), "key"));
		assertThat(stack.push("a", "key").isNew()).isTrue();
		assertThat(accumulator.append("a", "key")).isTrue();
	}

	@Test
	void callersThatRepeatEachOtherStoreOneItemForEachKey() {
		AppendStack<String> stack = stack();
		List<List<Pushed>> answers = byManyCallers((key) -> stack.push(key, key));
		assertThat(answers).hasSize(KEYS).allSatisfy((ofKey) -> {
			assertThat(ofKey).filteredOn(Pushed::isNew).hasSize(1);
			assertThat(ofKey).extracting(Pushed::position).containsOnly(ofKey.get(0).position()).isNotEmpty();
		});
		assertThat(stack.stream().map(Entry::item)).doesNotHaveDuplicates().hasSize(KEYS);
		stack.forEach((entry) -> assertThat(stack.push("again", entry.item())).isEqualTo(repeated(entry.position())));
		Accumulator<String> accumulator = accumulator();
		assertThat(byManyCallers((key) -> accumulator.append(key, key)))
			.allSatisfy((ofKey) -> assertThat(ofKey).containsOnlyOnce(true));
		assertThat(accumulator).doesNotHaveDuplicates().hasSize(KEYS);
	}

	/**
	 * Calls an operation with each key on many threads at once.
	 * @return the answers to each key
	 */
	private static <R> List<List<R>> byManyCallers(Function<String, R> operation) {
		ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
		try {
			CountDownLatch begin = new CountDownLatch(CALLERS);
			Supplier<List<R>> caller = () -> {
				begin.countDown();
				try {
					begin.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				return IntStream.range(0, KEYS).mapToObj((key) -> operation.apply("key-" + key)).toList();
			};
			List<List<R>> answers = IntStream.range(0, CALLERS)
				.mapToObj((number) -> CompletableFuture.supplyAsync(caller, threads))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
			return IntStream.range(0, KEYS)
				.mapToObj((key) -> answers.stream().map((ofCaller) -> ofCaller.get(key)).toList())
				.toList();
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void appendWithAKeyIsStoredOnce() {
		Accumulator<String> accumulator = accumulator();
		assertThat(accumulator.append("a", "key")).isTrue();
		accumulator.append("b");
		assertThat(accumulator.append("again", "key")).isFalse();
		assertThat(accumulator.append("c", "other")).isTrue();
		assertThat(accumulator().append("d", "key")).isTrue();
		assertThat(accumulator).containsExactly("a", "b", "c");
	}

	@Test
	void keyIsRememberedAfterItsItemIsConsumed() {
		Accumulator<String> accumulator = accumulator();
		accumulator.append("a", "key");
		assertThat(accumulator.consume()).containsExactly("a");
		assertThat(accumulator.append("again", "key")).isFalse();
		assertThat(accumulator.append("b", "other")).isTrue();
		assertThat(accumulator.consume()).containsExactly("b");
	}

}
