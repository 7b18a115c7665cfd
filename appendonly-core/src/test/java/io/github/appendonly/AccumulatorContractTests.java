package io.github.appendonly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;

import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * The contract of every {@link Accumulator}, outside of transactions. Extend this class
 * for an implementation. Each call of the factory method must return a new accumulator
 * without items.
 */
public abstract class AccumulatorContractTests {

	protected abstract Accumulator<String> accumulator();

	private Accumulator<String> filled(String... items) {
		Accumulator<String> accumulator = accumulator();
		accumulator.extend(List.of(items));
		return accumulator;
	}

	@Test
	void newAccumulatorIsEmpty() {
		Accumulator<String> accumulator = accumulator();
		assertThat(accumulator).isEmpty();
		assertThat(accumulator.stream()).isEmpty();
		assertThat(accumulator.size()).isZero();
		assertThat(accumulator.isEmpty()).isTrue();
		assertThat(accumulator.consume()).isEmpty();
		assertThat(accumulator.consume(3)).isEmpty();
	}

	@Test
	void appendAddsAtTheEnd() {
		Accumulator<String> accumulator = filled("a", "b");
		accumulator.append("c");
		assertThat(accumulator).containsExactly("a", "b", "c");
		assertThat(accumulator.stream()).containsExactly("a", "b", "c");
		assertThat(accumulator.size()).isEqualTo(3);
		assertThat(accumulator.isEmpty()).isFalse();
	}

	@Test
	void removesWhatMeetsACondition() {
		Accumulator<String> accumulator = filled("a", "b", "a");
		accumulator.append("a");
		accumulator.extend(List.of("c", "d"));
		assertThat(accumulator.removeIf("a"::equals)).isEqualTo(3);
		assertThat(accumulator.removeIf("a"::equals)).isZero();
		assertThat(accumulator).containsExactly("b", "c", "d");
		assertThat(accumulator.size()).isEqualTo(3);
		accumulator.append("e");
		assertThat(accumulator.removeIf((item) -> item.compareTo("d") >= 0)).isEqualTo(2);
		assertThat(accumulator.consume()).containsExactly("b", "c");
		assertThatNullPointerException().isThrownBy(() -> filled("a").removeIf(nothing()));
	}

	@Test
	void extendAddsAllAtTheEndInOrder() {
		Accumulator<String> accumulator = filled("a");
		accumulator.extend(List.of("b", "c", "b"));
		accumulator.extend(List.of());
		assertThat(accumulator).containsExactly("a", "b", "c", "b");
	}

	@Test
	void extendCopiesTheItems() {
		List<String> items = new ArrayList<>(List.of("a", "b"));
		Accumulator<String> accumulator = accumulator();
		accumulator.extend(items);
		items.clear();
		assertThat(accumulator).containsExactly("a", "b");
	}

	@Test
	void consumeTakesAllOldestFirst() {
		Accumulator<String> accumulator = filled("a", "b", "c");
		assertThat(accumulator.consume()).containsExactly("a", "b", "c");
		assertThat(accumulator).isEmpty();
		assertThat(accumulator.consume()).isEmpty();
		accumulator.append("d");
		assertThat(accumulator.consume()).containsExactly("d");
	}

	@Test
	void consumeTakesTheOldestUpToItsLimit() {
		Accumulator<String> accumulator = accumulator();
		accumulator.append("a");
		accumulator.extend(List.of("b", "c", "d", "e"));
		accumulator.append("f");
		assertThat(accumulator.consume(2)).containsExactly("a", "b");
		assertThat(accumulator).containsExactly("c", "d", "e", "f");
		assertThat(accumulator.consume(1)).containsExactly("c");
		accumulator.append("g");
		assertThat(accumulator.consume(4)).containsExactly("d", "e", "f", "g");
		assertThat(accumulator).isEmpty();
		accumulator.append("h");
		assertThat(accumulator.consume(Integer.MAX_VALUE)).containsExactly("h");
	}

	@Test
	void limitsBelowOneAreRefused() {
		Accumulator<String> accumulator = filled("a");
		for (int limit : new int[] { 0, -1, Integer.MIN_VALUE }) {
			assertThatIllegalArgumentException().isThrownBy(() -> accumulator.consume(limit))
				.withMessageContaining("limit")
				.withMessageContaining(String.valueOf(limit));
		}
		assertThat(accumulator).containsExactly("a");
	}

	@Test
	void nullItemsAreRefused() {
		Accumulator<String> accumulator = filled("a");
		assertThatNullPointerException().isThrownBy(() -> accumulator.append(nothing()));
		assertThatNullPointerException().isThrownBy(() -> accumulator.extend(nothing()));
		assertThatNullPointerException().isThrownBy(() -> accumulator.extend(Arrays.asList("b", nothing())));
		assertThat(accumulator).containsExactly("a");
	}

	@Test
	void iterationTakesNothing() {
		Accumulator<String> accumulator = filled("a", "b");
		assertThat(accumulator).containsExactly("a", "b");
		assertThat(accumulator).containsExactly("a", "b");
		assertThat(accumulator.consume()).containsExactly("a", "b");
	}

	@Test
	void iterationBearsAppendsAndConsumers() {
		Accumulator<String> accumulator = filled("a", "b", "c");
		Iterator<String> iterator = accumulator.iterator();
		List<String> seen = new ArrayList<>(List.of(iterator.next()));
		accumulator.append("d");
		iterator.forEachRemaining(seen::add);
		assertThat(seen).startsWith("a", "b", "c").doesNotHaveDuplicates();
		Iterator<String> disturbed = accumulator.iterator();
		assertThat(disturbed.next()).isEqualTo("a");
		accumulator.consume();
		assertThat(new HashSet<>(List.of("b", "c", "d"))).containsAll(() -> disturbed);
	}

	@Test
	void eachItemGoesToExactlyOneOfManyConsumers() throws Exception {
		Accumulator<String> accumulator = accumulator();
		List<List<String>> perConsumer = new ArrayList<>();
		for (int i = 0; i < Writers.COUNT; i++) {
			perConsumer.add(new ArrayList<>());
		}
		Writers.run(Writers.COUNT, (thread) -> {
			if (thread % 2 == 0) {
				write(accumulator, thread / 2);
			}
			for (int i = 0; i < Writers.ITEMS; i++) {
				perConsumer.get(thread).addAll((i % 3 == 0) ? accumulator.consume() : accumulator.consume(5));
			}
		});
		List<String> all = new ArrayList<>(accumulator.consume());
		for (List<String> consumed : perConsumer) {
			all.addAll(consumed);
		}
		List<String> written = new ArrayList<>();
		for (int writer = 0; writer < Writers.COUNT / 2; writer++) {
			written.addAll(Writers.items(writer));
		}
		assertThat(all).containsExactlyInAnyOrderElementsOf(written);
	}

	@Test
	void consumerBesideManyWritersGetsAllInTheOrderOfEach() throws Exception {
		Accumulator<String> accumulator = accumulator();
		List<String> consumed = Writers.read(Writers.COUNT, (writer) -> write(accumulator, writer), (writing) -> {
			List<String> taken = new ArrayList<>();
			while (writing.getAsBoolean()) {
				taken.addAll(accumulator.consume(7));
			}
			taken.addAll(accumulator.consume());
			return taken;
		});
		Writers.assertComplete(consumed, Writers.COUNT);
		assertThat(accumulator).isEmpty();
	}

	private static void write(Accumulator<String> accumulator, int writer) {
		List<String> items = Writers.items(writer);
		for (int i = 0; i < items.size(); i += 5) {
			accumulator.append(items.get(i));
			accumulator.extend(items.subList(i + 1, i + 5));
		}
	}

}
