package io.github.appendonly.jpa.torture;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

import static org.assertj.core.api.Assertions.fail;

/**
 * Compares what the writers know with the content of the database.
 */
final class TortureVerdict {

	private final Map<String, TortureHistory> stacks;

	private final TortureQueue queue;

	private int transactions;

	private int rolledBack;

	private int uncertain;

	TortureVerdict(Map<String, TortureHistory> stacks, TortureQueue queue) {
		this.stacks = stacks;
		this.queue = queue;
	}

	/**
	 * Checks all that one writer wrote.
	 * @param journal what it knows
	 * @param killed whether it was killed, and may not know the outcome of the last
	 */
	void check(Path journal, boolean killed) {
		Map<Integer, TortureUnit> open = new HashMap<>();
		Map<String, Integer> last = new HashMap<>();
		TortureJournal.read(journal, (line) -> {
			int end = line.indexOf(' ');
			String verb = line.substring(0, end);
			String text = line.substring(end + 1);
			if (verb.equals(TortureJournal.COMMITTED)) {
				assertThere(journal, Objects.requireNonNull(open.remove(Integer.valueOf(text))));
				return;
			}
			TortureUnit unit = TortureUnit.parse(text);
			if (verb.equals(TortureJournal.NEVER)) {
				assertNotThere(journal, unit);
			}
			else {
				open.put(unit.number(), unit);
				assertInOrder(journal, unit, last);
			}
		});
		if (!killed && !open.isEmpty()) {
			fail("%s does not know what became of %s", journal.getFileName(), open.values());
		}
		open.values().forEach((unit) -> assertAllOrNothing(journal, unit));
	}

	private void assertThere(Path journal, TortureUnit unit) {
		this.transactions += unit.kind().transaction ? 1 : 0;
		unit.items().forEach((structure, items) -> items.forEach((item) -> {
			if (!isThere(structure, item) || isLost(structure, item)) {
				fail("%s is lost: it was committed, but is not in %s. %s: %s", item, structure, journal.getFileName(),
						unit);
			}
		}));
	}

	private void assertNotThere(Path journal, TortureUnit unit) {
		this.rolledBack++;
		unit.items().forEach((structure, items) -> items.forEach((item) -> {
			if (isThere(structure, item)) {
				fail("%s was rolled back, but is there: %s. %s: %s", item, where(structure, item),
						journal.getFileName(), unit);
			}
		}));
	}

	private void assertAllOrNothing(Path journal, TortureUnit unit) {
		this.uncertain++;
		List<Boolean> there = unit.items()
			.entrySet()
			.stream()
			.flatMap((entry) -> entry.getValue().stream().map((item) -> isThere(entry.getKey(), item)))
			.distinct()
			.toList();
		if (there.size() > 1) {
			fail("Only a part of this was committed. %s: %s", journal.getFileName(), unit);
		}
		if (there.contains(true)) {
			assertThere(journal, unit);
		}
	}

	private void assertInOrder(Path journal, TortureUnit unit, Map<String, Integer> last) {
		this.stacks.forEach((stack, history) -> unit.in(stack).forEach((item) -> {
			OptionalInt index = history.find(item);
			if (index.isEmpty()) {
				return;
			}
			Integer before = last.put(stack, index.getAsInt());
			if (before != null && before > index.getAsInt()) {
				fail("%s stands before an older item of its writer: %s and %s. %s: %s", item,
						history.around(index.getAsInt()), history.around(before), journal.getFileName(), unit);
			}
		}));
	}

	private boolean isThere(String structure, String item) {
		TortureHistory history = this.stacks.get(structure);
		return (history != null) ? history.find(item).isPresent() : this.queue.find(item);
	}

	private boolean isLost(String structure, String item) {
		return !this.stacks.containsKey(structure) && this.queue.isLost(item);
	}

	private String where(String structure, String item) {
		TortureHistory history = this.stacks.get(structure);
		return (history != null) ? history.around(history.find(item).orElseThrow()) : structure;
	}

	void assertAllAccounted() {
		this.stacks.values().forEach(TortureHistory::assertAllAccounted);
		this.queue.assertAllAccounted();
	}

	@Override
	public String toString() {
		int pushed = this.stacks.values().stream().mapToInt(TortureHistory::size).sum();
		return "%,d items on stacks, %,d in the accumulator, %,d transactions, %,d rolled back, %,d uncertain"
			.formatted(pushed, this.queue.size(), this.transactions, this.rolledBack, this.uncertain);
	}

}
