package io.github.appendonly.jpa.torture;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import static org.assertj.core.api.Assertions.fail;

/**
 * The fate of the accumulator's items. A consumer has taken them, perhaps one that was
 * killed during its commit, or they are still there.
 */
final class TortureQueue {

	/** Who has an item for sure. */
	private final Map<String, String> taken = new HashMap<>();

	/** What a consumer took that was killed before it knew whether that was committed. */
	private final Set<String> perhapsTaken = new HashSet<>();

	/** All that was ever seen: only what is committed can be. */
	private final Set<String> seen = new HashSet<>();

	private final Set<String> accounted = new HashSet<>();

	TortureQueue(List<Path> consumers, List<String> remaining) {
		consumers.forEach(this::read);
		remaining.forEach((item) -> take(item, "what remains"));
	}

	private void read(Path journal) {
		Map<String, List<String>> open = new HashMap<>();
		TortureJournal.read(journal, (line) -> {
			List<String> words = Arrays.stream(line.split(" ")).toList();
			String turn = words.get(1);
			List<String> items = words.subList(2, words.size());
			this.seen.addAll(items);
			if (words.get(0).equals(TortureJournal.INTENT)) {
				open.put(turn, items);
			}
			else if (words.get(0).equals(TortureJournal.COMMITTED)) {
				Objects.requireNonNull(open.remove(turn))
					.forEach((item) -> take(item, journal.getFileName() + " " + turn));
			}
		});
		open.values().forEach(this.perhapsTaken::addAll);
	}

	private void take(String item, String taker) {
		this.seen.add(item);
		String other = this.taken.putIfAbsent(item, taker);
		if (other != null) {
			fail("The accumulator gave %s twice: to %s and to %s", item, other, taker);
		}
	}

	/**
	 * Whether an item was ever there; whoever asks accounts for it.
	 */
	boolean find(String item) {
		this.accounted.add(item);
		return this.seen.contains(item);
	}

	/**
	 * Whether an item was there, and went nowhere.
	 */
	boolean isLost(String item) {
		return !this.taken.containsKey(item) && !this.perhapsTaken.contains(item);
	}

	void assertAllAccounted() {
		Set<String> strangers = new HashSet<>(this.seen);
		strangers.removeAll(this.accounted);
		if (!strangers.isEmpty()) {
			fail("Nobody has appended what was in the accumulator: %s", strangers.stream().sorted().limit(10).toList());
		}
	}

	int size() {
		return this.seen.size();
	}

}
