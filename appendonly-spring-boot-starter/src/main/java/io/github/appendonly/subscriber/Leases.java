package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The leases that this node holds. They are renewed as long as it holds any.
 */
final class Leases {

	private static final Log logger = LogFactory.getLog(Leases.class);

	/**
	 * A lease that this node has got. It may have lost it since.
	 */
	static final class Held {

		private final String stack;

		private final String id;

		private final long token;

		private volatile boolean kept = true;

		Held(SubscriberHead head) {
			this.stack = head.stack();
			this.id = head.id();
			this.token = head.lease().token();
		}

		/**
		 * Returns whether the node still has it, as far as it knows.
		 */
		boolean isKept() {
			return this.kept;
		}

		/**
		 * The node ends its work, possibly before it has told the row.
		 */
		void giveUp() {
			this.kept = false;
		}

		/**
		 * Returns whether a row still has it. One that was released has its token, but no
		 * owner.
		 */
		boolean isIn(SubscriberHead row) {
			return row.lease().token() == this.token && row.lease().owner() != null;
		}

	}

	private final Transactions transactions;

	private final SubscriberTable rows;

	private final SubscriberThreads threads;

	private final Duration lease;

	private final Duration heartBeat;

	private final Set<Held> held = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean beating = new AtomicBoolean();

	Leases(Transactions transactions, SubscriberTable rows, SubscriberThreads threads,
			JpaSubscribers.Settings settings) {
		this.transactions = transactions;
		this.rows = rows;
		this.threads = threads;
		this.lease = settings.lease();
		this.heartBeat = settings.heartBeat();
	}

	/**
	 * Renews a lease from now on.
	 */
	void keep(Held lease) {
		this.held.add(lease);
		beatLater();
	}

	/**
	 * Renews a lease no more.
	 */
	void end(Held lease) {
		this.held.remove(lease);
	}

	private void beatLater() {
		if (this.beating.compareAndSet(false, true)) {
			this.threads.after(this.heartBeat, this::beatElsewhere);
		}
	}

	private void beatElsewhere() {
		try {
			this.threads.call(this::beat);
		}
		catch (RejectedExecutionException ex) {
			this.beating.set(false);
		}
	}

	private void beat() {
		this.held.forEach(this::renew);
		this.beating.set(false);
		if (!this.held.isEmpty()) {
			beatLater();
		}
	}

	/**
	 * Gives a sign. This is not counted among those who use the database: while all of
	 * them take long, the lease would be lost.
	 */
	private void renew(Held lease) {
		try {
			boolean kept = this.transactions.inOwn(() -> {
				Optional<SubscriberHead> row = this.rows.lock(lease.stack, lease.id).filter(lease::isIn);
				row.ifPresent((head) -> this.rows.write(head.renewed(this.lease)));
				return row.isPresent();
			});
			if (!kept) {
				lease.giveUp();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not renew the lease of subscriber '" + lease.id + "'", ex);
		}
	}

}
