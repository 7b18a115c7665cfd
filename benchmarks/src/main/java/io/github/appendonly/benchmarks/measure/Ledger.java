package io.github.appendonly.benchmarks.measure;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Compares the stored items with the acknowledged ones: each must be stored once, and
 * nothing else.
 */
public final class Ledger {

	private final Map<Integer, Account> accounts = new HashMap<>();

	private final List<String> faults = new ArrayList<>();

	private long faultCount;

	private @Nullable Placement placement;

	/**
	 * Creates an empty ledger.
	 */
	public Ledger() {
	}

	/**
	 * Enters the items that were acknowledged to a worker.
	 * @param worker the number of the worker
	 * @param count the number of items that it created
	 */
	public void acknowledge(int worker, int count) {
		this.accounts.put(worker, new Account(count));
	}

	/**
	 * The number of acknowledged items.
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
			fault("an item that was not pushed: " + number);
		}
		else if (account.seen.get(Worker.sequence(number))) {
			fault("an item that is stored twice: " + number);
		}
		else {
			account.seen.set(Worker.sequence(number));
		}
	}

	/**
	 * Enters the next stored item, if the items of each worker must be in that worker's
	 * order.
	 * @param number the number of the item
	 */
	public void storedInOrder(long number) {
		Account account = this.accounts.get(Worker.worker(number));
		if (account != null && account.seen.length() != Worker.sequence(number)) {
			fault("an item that is out of order: " + number);
		}
		stored(number);
	}

	/**
	 * Enters all items, if only their number is known.
	 * @param count the number of stored items
	 */
	public void storedInAll(long count) {
		expectCount(count);
		this.accounts.values().forEach((account) -> account.seen.set(0, account.acknowledged));
	}

	/**
	 * Checks that a count equals the number of acknowledged items.
	 * @param count the count
	 */
	public void expectCount(long count) {
		if (count != acknowledged()) {
			fault(count + " instead of " + acknowledged());
		}
	}

	/**
	 * Records another fault.
	 * @param fault the description of the fault
	 */
	public void fault(String fault) {
		if (this.faultCount++ == 0) {
			this.faults.add(fault);
		}
	}

	/**
	 * Enters how the items were placed in the background.
	 * @param placement the placement
	 */
	public void placed(Placement placement) {
		this.placement = placement;
	}

	/**
	 * How the items were placed in the background.
	 * @return the placement, if it was observed
	 */
	public Optional<Placement> placement() {
		return Optional.ofNullable(this.placement);
	}

	/**
	 * The number of items that are missing, wrong or out of order.
	 * @return the number of items; 0 if everything is correct
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
	 * Descriptions of faults.
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
