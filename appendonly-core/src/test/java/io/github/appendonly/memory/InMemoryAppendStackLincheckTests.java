package io.github.appendonly.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Checks that some sequential order of the operations, on plain lists, has the same
 * results as each run.
 */
class InMemoryAppendStackLincheckTests {

	@Test
	void stackIsLinearizable() {
		new StressOptions().threads(3)
			.actorsBefore(2)
			.actorsPerThread(2)
			.actorsAfter(1)
			.iterations(20)
			.invocationsPerIteration(1000)
			.sequentialSpecification(OnLists.class)
			.check(OnTheHeap.class);
	}

	/** Two layers of two items, with an archive. */
	public static class OnTheHeap {

		private final InMemoryArchive<Integer> archive = new InMemoryArchive<>();

		private final InMemoryAppendStack<Integer> stack = new InMemoryAppendStack<>(new StackBounds(2, 2),
				this.archive::addLayer);

		private final History<Integer> history = new History<>(this.stack, this.archive);

		@Operation
		public void push(@Param(gen = IntGen.class) int item) {
			this.stack.push(item);
		}

		@Operation
		public String pushAsync(@Param(gen = IntGen.class) int item) {
			return this.stack.pushAsync(item).join().toString();
		}

		@Operation
		public void pushAll(@Param(gen = IntGen.class) int first, @Param(gen = IntGen.class) int second,
				@Param(gen = IntGen.class) int third) {
			this.stack.pushAll(List.of(first, second, third));
		}

		@Operation
		public String stack() {
			return text(this.stack.stream());
		}

		@Operation
		public String history() {
			return text(this.history.stream());
		}

		@Operation
		public String historySince() {
			Changes<Integer> changes = this.history.since(new Position(0, 0), 3);
			return text(changes.entries().stream());
		}

		@Operation
		public String since() {
			Changes<Integer> changes = this.stack.since(new Position(0, 1), 2);
			return text(changes.entries().stream()) + changes.expired() + changes.caughtUp();
		}

		private static String text(Stream<Entry<Integer>> entries) {
			return Arrays.toString(entries.map((entry) -> entry.position() + "=" + entry.item()).toArray());
		}

	}

	/** The sequential specification, on a list of all items that were ever pushed. */
	public static class OnLists {

		private final List<Integer> pushed = new ArrayList<>();

		public void push(int item) {
			this.pushed.add(item);
		}

		public String pushAsync(int item) {
			this.pushed.add(item);
			return Numbered.position(this.pushed.size() - 1, 2).toString();
		}

		public void pushAll(int first, int second, int third) {
			this.pushed.addAll(List.of(first, second, third));
		}

		public String stack() {
			return text(firstKept(), this.pushed.size(), true);
		}

		public String history() {
			return text(0, this.pushed.size(), true);
		}

		public String historySince() {
			return text(1, Math.min(4, this.pushed.size()), false);
		}

		public String since() {
			int from = Math.max(2, firstKept());
			boolean caughtUp = this.pushed.size() <= from + 2;
			return text(from, Math.min(from + 2, this.pushed.size()), false) + (firstKept() > 2) + caughtUp;
		}

		private int firstKept() {
			int layers = (this.pushed.size() + 1) / 2;
			return 2 * Math.max(0, layers - 2);
		}

		private String text(int from, int to, boolean newestFirst) {
			List<String> entries = new ArrayList<>();
			for (int i = from; i < to; i++) {
				entries.add(Numbered.position(i, 2) + "=" + this.pushed.get(i));
			}
			return (newestFirst ? Numbered.reversed(entries) : entries).toString();
		}

	}

}
