package io.github.appendonly.benchmarks.measure;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what is stored with what was acknowledged: each item once, and nothing else.
 */
public final class Ledger {

	private final Map<Integer, Account> accounts = new HashMap<>();

	private final List<String> faults = new ArrayList<>();

	private long faultCount;

	/**
	 * An empty ledger.
	 */
	public Ledger() {
	}

	/**
	 * Enters what a worker knows to be stored.
	 * @param worker the number of the worker
	 * @param count how many items it made
	 */
	public void acknowledge(int worker, int count) {
		this.accounts.put(worker, new Account(count));
	}

	/**
	 * How many items have been acknowledged.
	 * @return the number of items
	 */
	public long acknowledged() {
		return this.accounts.values().stream().mapToLong((account) -> account.acknowledged).sum();
	}

	/**
	 * Enters an item that is stored.
	 * @param number the number of the item
	 */
	public void stored(long number) {
		Account account = this.accounts.get(Worker.worker(number));
		if (account == null || Worker.sequence(number) >= account.acknowledged) {
			fault("an item that nobody pushed: " + number);
		}
		else if (account.seen.get(Worker.sequence(number))) {
			fault("an item that is there twice: " + number);
		}
		else {
			account.seen.set(Worker.sequence(number));
		}
	}

	/**
	 * Enters an item that is stored next, where each worker's items have to be in its own
	 * order.
	 * @param number the number of the item
	 */
	public void storedInOrder(long number) {
		Account account = this.accounts.get(Worker.worker(number));
		if (account != null && account.seen.length() != Worker.sequence(number)) {
			fault("an item that is not where its worker put it: " + number);
		}
		stored(number);
	}

	/**
	 * Enters all items, where only their number is known.
	 * @param count how many items are stored
	 */
	public void storedInAll(long count) {
		expectCount(count);
		this.accounts.values().forEach((account) -> account.seen.set(0, account.acknowledged));
	}

	/**
	 * Checks that there is as much of something as there are items.
	 * @param count how much there is
	 */
	public void expectCount(long count) {
		if (count != acknowledged()) {
			fault(count + " instead of " + acknowledged());
		}
	}

	/**
	 * Notes that something else is not as it has to be.
	 * @param fault what is wrong
	 */
	public void fault(String fault) {
		if (this.faultCount++ == 0) {
			this.faults.add(fault);
		}
	}

	/**
	 * How many items are missing, wrong or out of place.
	 * @return the number of items; 0 if all is right
	 */
	public long lost() {
		return this.faultCount + missing();
	}

	private long missing() {
		return this.accounts.values()
			.stream()
			.mapToLong((account) -> account.acknowledged - account.seen.cardinality())
			.sum();
	}

	/**
	 * What is wrong, in words.
	 * @return a few examples
	 */
	public List<String> faults() {
		List<String> examples = new ArrayList<>(this.faults);
		if (missing() > 0) {
			examples.add(missing() + " items are missing");
		}
		return examples;
	}

	private static final class Account {

		private final int acknowledged;

		private final BitSet seen = new BitSet();

		Account(int acknowledged) {
			this.acknowledged = acknowledged;
		}

	}

}
