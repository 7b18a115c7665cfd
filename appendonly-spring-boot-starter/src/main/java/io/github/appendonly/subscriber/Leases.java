package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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

		private final Duration time;

		private volatile boolean kept = true;

		Held(SubscriberHead head, Duration time) {
			this.time = time;
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

	private final Duration heartBeat;

	private final Set<Held> held = ConcurrentHashMap.newKeySet();

	/** The next beat, or the one under way. A beat that is not this one is the last. */
	private final AtomicReference<@Nullable Object> next = new AtomicReference<>();

	Leases(Transactions transactions, SubscriberTable rows, SubscriberThreads threads,
			JpaSubscribers.Settings settings) {
		this.transactions = transactions;
		this.rows = rows;
		this.threads = threads;
		this.heartBeat = settings.heartBeat();
	}

	/**
	 * Renews leases again after the threads were shut down, and with them the next beat
	 * was dropped.
	 */
	void start() {
		this.next.set(null);
		beatLater();
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
		Object beat = new Object();
		if (!this.held.isEmpty() && this.next.compareAndSet(null, beat)) {
			this.threads.after(this.heartBeat, () -> beatElsewhere(beat));
		}
	}

	private void beatElsewhere(Object beat) {
		try {
			this.threads.call(() -> beat(beat));
		}
		catch (RejectedExecutionException ex) {
			this.next.compareAndSet(beat, null);
		}
	}

	private void beat(Object beat) {
		try {
			this.held.forEach(this::renew);
		}
		finally {
			if (this.next.compareAndSet(beat, null)) {
				beatLater();
			}
		}
	}

	/**
	 * Gives a sign. This is not counted among those who use the database: while all of
	 * them take long, the lease would be lost. A row that is locked is left to the next
	 * beat, so that it delays no other lease.
	 */
	private void renew(Held lease) {
		try {
			boolean kept = this.transactions.inOwn(() -> {
				Optional<SubscriberHead> free = this.rows.lockFree(lease.stack, lease.id);
				free.filter(lease::isIn).ifPresent((row) -> this.rows.write(row.renewed(lease.time)));
				return free.isEmpty() || free.filter(lease::isIn).isPresent();
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
