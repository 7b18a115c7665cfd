package io.github.appendonly.benchmarks.application;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A stack as a first attempt would look: a head row with a version, and a row for each
 * item. After a lost race, the whole transaction is repeated. It never prunes.
 */
public final class NaiveStack {

	/** The key of the head row. */
	public static final String NAME = "naive";

	private final NaiveHeadRepository heads;

	private final NaiveItemRepository items;

	private final TransactionTemplate transaction;

	NaiveStack(NaiveHeadRepository heads, NaiveItemRepository items, PlatformTransactionManager transactionManager) {
		this.heads = heads;
		this.items = items;
		this.transaction = new TransactionTemplate(transactionManager);
	}

	/**
	 * Creates the head row.
	 */
	public void create() {
		this.heads.save(new NaiveHead(NAME));
	}

	/**
	 * Pushes in a transaction, together with other work. Repeats the transaction until it
	 * succeeds.
	 * @param order the order
	 * @param work the other work of the transaction, repeated each time before the push
	 * @return the number of failed transactions
	 */
	public int push(Order order, Runnable work) {
		for (int retries = 0;; retries++) {
			if (tryPush(order, work)) {
				return retries;
			}
		}
	}

	private boolean tryPush(Order order, Runnable work) {
		try {
			this.transaction.executeWithoutResult((status) -> {
				work.run();
				NaiveHead head = this.heads.findById(NAME).orElseThrow();
				this.items.save(new NaiveItem(head.next(), order));
			});
			return true;
		}
		catch (ConcurrencyFailureException | DataIntegrityViolationException ex) {
			return false;
		}
	}

}
