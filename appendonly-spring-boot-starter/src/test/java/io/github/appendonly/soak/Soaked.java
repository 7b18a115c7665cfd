package io.github.appendonly.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.StackBounds;

import static org.assertj.core.api.Assertions.fail;

/**
 * What a stack and its archive have at the end, as sums: nobody could hold all entries of
 * a long soak. Entries are numbered from 0.
 */
final class Soaked {

	/** The length of each layer: with it, entries can be numbered. */
	private static final int LAYER = StackBounds.DEFAULT_MAX_LENGTH;

	private static final int PAGE = 10_000;

	private long[] sums = new long[PAGE];

	private int size;

	/**
	 * Reads everything from the oldest entry on, and checks that positions have no gaps.
	 * @param history the stack and its archive
	 * @param items is given each item
	 */
	Soaked(History<String> history, Consumer<String> items) {
		Changes<String> changes = history.since(Position.START, PAGE);
		add(changes.entries(), items);
		while (!changes.caughtUp()) {
			changes = history.since(changes.cursor(), PAGE);
			add(changes.entries(), items);
		}
	}

	private void add(List<Entry<String>> entries, Consumer<String> items) {
		if (this.size + entries.size() >= this.sums.length) {
			this.sums = Arrays.copyOf(this.sums, 2 * this.sums.length + entries.size());
		}
		for (Entry<String> entry : entries) {
			if (number(entry.position()) != this.size) {
				fail("%s is the entry number %d", entry.position(), this.size);
			}
			this.sums[this.size + 1] = this.sums[this.size] + hash(entry);
			this.size++;
			items.accept(entry.item());
		}
	}

	int size() {
		return this.size;
	}

	/**
	 * The sum of consecutive entries, which tells them from any others.
	 * @param first the number of the first one
	 * @param end the number after the last one
	 */
	long sum(int first, int end) {
		return this.sums[end] - this.sums[first];
	}

	/**
	 * The number of the entry at a position.
	 */
	static int number(Position position) {
		return Math.toIntExact(position.generation() * LAYER + position.index());
	}

	/**
	 * The position of the entry with a number.
	 */
	static Position position(int number) {
		return new Position(number / LAYER, number % LAYER);
	}

	/**
	 * A hash of a position with its item. Sums of it differ if any item is another, or at
	 * another position.
	 */
	static long hash(Entry<String> entry) {
		long hash = Objects.hash(entry.position(), entry.item()) * 0x9E3779B97F4A7C15L + number(entry.position());
		hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
		hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
		return hash ^ (hash >>> 31);
	}

}
