package io.github.appendonly.jpa.torture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.Node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * The final content of a stack and its archive.
 */
final class TortureHistory {

	private static final int LIMIT = 10_000;

	private final String stack;

	private final List<Entry<String>> entries = new ArrayList<>();

	private final Map<String, Integer> indexes = new HashMap<>();

	private final BitSet accounted = new BitSet();

	/**
	 * Reads it, and checks that positions have no gaps, that no item is there twice, and
	 * that it reads the same from the other end.
	 */
	TortureHistory(Node node, String stack) {
		this.stack = stack;
		History<String> history = node.structures().history(stack, String.class);
		Changes<String> changes = history.fromOldest(LIMIT);
		changes.entries().forEach(this::add);
		while (!changes.caughtUp()) {
			changes = history.since(changes.cursor(), LIMIT);
			changes.entries().forEach(this::add);
		}
		int index = this.entries.size();
		for (Entry<String> entry : history) {
			index--;
			if (index < 0 || !entry.equals(this.entries.get(index))) {
				fail("From the newest item on, %s has %s at %s", stack, entry, around(index));
			}
		}
		assertThat(index).as("What is missing of %s, read from the newest item on", stack).isZero();
	}

	private void add(Entry<String> entry) {
		int index = this.entries.size();
		this.entries.add(entry);
		Position position = entry.position();
		boolean next = (index == 0) ? position.equals(new Position(0, 0))
				: isNext(this.entries.get(index - 1).position(), position);
		if (!next) {
			fail("A position of %s does not follow the one before: %s", this.stack, around(index));
		}
		Integer before = this.indexes.putIfAbsent(entry.item(), index);
		if (before != null) {
			fail("%s has %s twice: %s and %s", this.stack, entry.item(), around(before), around(index));
		}
	}

	/**
	 * Whether a position follows another one without a gap, as far as one can tell
	 * without knowing how long the layers are.
	 */
	static boolean isNext(Position position, Position next) {
		return next.equals(new Position(position.generation(), position.index() + 1))
				|| next.equals(new Position(position.generation() + 1, 0));
	}

	int size() {
		return this.entries.size();
	}

	/**
	 * Where an item stands among all; whoever asks accounts for it.
	 */
	OptionalInt find(String item) {
		Integer index = this.indexes.get(item);
		if (index == null) {
			return OptionalInt.empty();
		}
		this.accounted.set(index);
		return OptionalInt.of(index);
	}

	void assertAllAccounted() {
		int stranger = this.accounted.nextClearBit(0);
		if (stranger < size()) {
			fail("Nobody has pushed what %s has: %s", this.stack, around(stranger));
		}
	}

	/**
	 * Checks what a reader saw that followed from the beginning.
	 * @param journal what it saw
	 * @param whole whether it came to the end, which it does unless it was killed
	 */
	void assertFollowed(Path journal, boolean whole) {
		int[] next = { 0 };
		TortureJournal.read(journal, (line) -> {
			int index = next[0]++;
			String expected = (index < size())
					? this.entries.get(index).position() + " " + this.entries.get(index).item() : "nothing";
			if (!line.equals(expected)) {
				fail("%s saw %s where %s has %s: %s", journal.getFileName(), line, this.stack, expected, around(index));
			}
		});
		if (whole && next[0] != size()) {
			fail("%s stopped before %s", journal.getFileName(), around(next[0]));
		}
	}

	/**
	 * An entry with its neighbours.
	 */
	String around(int index) {
		StringBuilder text = new StringBuilder(this.stack).append(" …");
		for (int i = Math.max(0, index - 3); i < Math.min(size(), index + 4); i++) {
			Entry<String> entry = this.entries.get(i);
			String one = entry.position() + " " + entry.item();
			text.append((i == index) ? " [" + one + "]" : " " + one).append(',');
		}
		return text.append(" …").toString();
	}

}
