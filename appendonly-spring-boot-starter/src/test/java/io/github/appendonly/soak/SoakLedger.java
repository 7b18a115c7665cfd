package io.github.appendonly.soak;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.appendonly.jpa.torture.TortureJournal;

import static org.assertj.core.api.Assertions.fail;

/**
 * Compares what the writers of a stack know with what is stored.
 */
final class SoakLedger {

	private final String stack;

	private final Map<Integer, Account> accounts = new TreeMap<>();

	private int unknown;

	/**
	 * What is known of the items of one writer.
	 */
	private static final class Account {

		private final BitSet unknown = new BitSet();

		private final BitSet stored = new BitSet();

		private final boolean killed;

		private int pushed;

		Account(boolean killed) {
			this.killed = killed;
		}

	}

	SoakLedger(String stack) {
		this.stack = stack;
	}

	/**
	 * Enters what a writer knows.
	 * @param writer its number
	 * @param journal what it knows
	 * @param killed whether it was killed, and may have pushed more than it knows
	 */
	void enter(int writer, Path journal, boolean killed) {
		Account account = new Account(killed);
		this.accounts.put(writer, account);
		TortureJournal.read(journal, (line) -> {
			String[] words = line.split(" ", -1);
			if (words[1].equals(this.stack)) {
				if (words[0].equals(SoakWriter.UNKNOWN)) {
					account.unknown.set(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
				}
				else {
					account.pushed = Integer.parseInt(words[2]);
				}
			}
		});
	}

	/**
	 * Enters the next stored item.
	 */
	void stored(String item) {
		int end = item.indexOf(':');
		Account account = this.accounts.get(Integer.valueOf(item.substring(0, end)));
		int number = Integer.parseInt(item.substring(end + 1));
		if (account == null || (!account.killed && number >= account.pushed)) {
			fail("Nobody has pushed %s onto %s", item, this.stack);
		}
		else if (account.stored.length() > number) {
			fail("%s has %s after the item number %d of its writer", this.stack, item, account.stored.length() - 1);
		}
		else {
			account.stored.set(number);
		}
	}

	void assertComplete() {
		List<String> lost = new ArrayList<>();
		this.accounts.forEach((writer, account) -> {
			BitSet missing = new BitSet();
			missing.set(0, account.pushed);
			missing.andNot(account.stored);
			missing.andNot(account.unknown);
			missing.stream().mapToObj((number) -> writer + ":" + number).forEach(lost::add);
			this.unknown += account.unknown.cardinality();
		});
		if (!lost.isEmpty()) {
			fail("%s has lost %d items: %s …", this.stack, lost.size(), lost.subList(0, Math.min(10, lost.size())));
		}
	}

	/**
	 * The number of items that writers knew nothing about.
	 */
	int unknown() {
		return this.unknown;
	}

}
