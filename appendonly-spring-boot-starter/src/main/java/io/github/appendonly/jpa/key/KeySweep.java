package io.github.appendonly.jpa.key;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;

import io.github.appendonly.jpa.table.KeyTable;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Removes the keys that are remembered no longer, in the background, in portions.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class KeySweep {

	/*
	 * New keys pay for the old ones: one in many has a sweep begin, which removes more
	 * than have come since the last one. So a structure that gets no keys costs nothing,
	 * and nothing must be remembered for one that does. The sweep is drawn by lot. A
	 * counter could always hit the same of two structures that take turns.
	 */

	private static final Log logger = LogFactory.getLog(KeySweep.class);

	/** The maximum number of keys that one transaction removes. */
	private static final int PORTION = 1000;

	/** The number of new keys for each sweep, on average. */
	private static final int KEYS = 200;

	private final Transactions transactions;

	private final KeyTable keys;

	private final DelayingExecutor executor;

	private final ShutdownGate gate;

	public KeySweep(Transactions transactions, KeyTable keys, DelayingExecutor executor, ShutdownGate gate) {
		this.transactions = transactions;
		this.keys = keys;
		this.executor = executor;
		this.gate = gate;
	}

	/**
	 * Has old keys removed now and then. It does not wait for that, and never fails.
	 * @param claim a key that is new
	 */
	public void request(KeyTable.Claim claim) {
		if (ThreadLocalRandom.current().nextInt(KEYS) == 0) {
			begin(claim);
		}
	}

	private void begin(KeyTable.Claim claim) {
		try {
			this.executor.execute(() -> {
				try {
					this.gate.requireInTime();
					if (run(claim) == PORTION) {
						begin(claim);
					}
				}
				catch (RuntimeException | LinkageError ex) {
					logger.debug("Could not remove old keys; a later key tries again", ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application is stopping, so old keys stay", ex);
		}
	}

	/**
	 * Removes a portion of the keys that have ended in the same way as a key will: all
	 * whose time is over, or those of the same stack whose layers are gone. The caller
	 * must not be in a transaction.
	 * @return the number of removed keys
	 */
	public int run(KeyTable.Claim claim) {
		return this.transactions.inOwnStateless(() -> (claim.retention() != null) ? this.keys.deleteExpired(PORTION)
				: this.keys.deletePruned(claim.name(), PORTION));
	}

}
