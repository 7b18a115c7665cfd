package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.appendonly.StartAt;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Runs the durable subscribers of one persistence unit.
 */
public final class JpaSubscribers implements Subscribers {

	/**
	 * Tells that a stack may have something new.
	 */
	@FunctionalInterface
	public interface Watch {

		/**
		 * Begins to watch a stack.
		 * @param stack the name of the stack
		 * @param wake is called when the stack may have something new; it neither waits
		 * nor fails
		 * @return ends it
		 */
		Watching watch(String stack, Runnable wake);

	}

	/**
	 * Ends to watch a stack.
	 */
	@FunctionalInterface
	public interface Watching extends AutoCloseable {

		@Override
		void close();

	}

	/**
	 * How subscribers work.
	 *
	 * @param concurrency how many of them hold a database connection at a time, at least
	 * 1
	 * @param lease how long a node that works outside of transactions is taken to live
	 * without a sign
	 * @param heartBeat how often it gives a sign, at least 10 ms and at most half of the
	 * lease
	 * @param checkInterval how often a node looks at the rows of its subscribers, at
	 * least 10 ms
	 */
	public record Settings(int concurrency, Duration lease, Duration heartBeat, Duration checkInterval) {

		private static final Duration SHORTEST = Duration.ofMillis(10);

		/** The settings of an application that sets none. */
		public static final Settings DEFAULT = new Settings(4, Duration.ofSeconds(8), Duration.ofSeconds(2),
				Duration.ofSeconds(10));

		/**
		 * Checks the settings.
		 */
		public Settings {
			if (concurrency < 1) {
				throw new IllegalArgumentException("concurrency must be at least 1, but is " + concurrency);
			}
			if (heartBeat.compareTo(SHORTEST) < 0 || checkInterval.compareTo(SHORTEST) < 0) {
				throw new IllegalArgumentException("heartBeat and checkInterval must be at least " + SHORTEST
						+ ", but are " + heartBeat + " and " + checkInterval);
			}
			if (lease.compareTo(heartBeat.multipliedBy(2)) < 0) {
				throw new IllegalArgumentException(
						"lease must be at least twice as long as heartBeat, " + heartBeat + ", but is " + lease);
			}
		}

	}

	private static final Log logger = LogFactory.getLog(JpaSubscribers.class);

	/** The part of the time to stop that is left for rollbacks. */
	private static final int ROLLBACK_SHARE = 5;

	private final boolean tenants;

	private final Watch watch;

	private final SubscriberThreads threads;

	private final ShutdownGate gate = new ShutdownGate();

	private final Progress progress = new Progress();

	private final Parts parts;

	/** By id. */
	private final Map<String, Registered> registered = new ConcurrentHashMap<>();

	private final SubscriberControl control;

	/** Whether a look at the rows is to come. */
	private final AtomicBoolean checking = new AtomicBoolean();

	private boolean running;

	/**
	 * Creates the subscribers of a persistence unit. None of them works before
	 * {@link #start()}.
	 * @param entityManagerFactory the persistence unit
	 * @param transactionManager begins the transactions of handlers
	 * @param structures the structures of the persistence unit
	 * @param watch tells when to read
	 * @param settings how subscribers work
	 * @param retryPolicy the policy for changes of rows that were rolled back because of
	 * another transaction; batches are not repeated by it
	 * @param threadFactory makes the threads
	 * @param listeners are told what happens
	 */
	public JpaSubscribers(EntityManagerFactory entityManagerFactory, PlatformTransactionManager transactionManager,
			AppendOnlyStructures structures, Watch watch, Settings settings, RetryPolicy retryPolicy,
			ThreadFactory threadFactory, List<SubscriberListener> listeners) {
		this.watch = watch;
		this.threads = new SubscriberThreads(settings.concurrency(), threadFactory);
		Tenants tenants = new Tenants(entityManagerFactory);
		this.tenants = tenants.exist();
		Transactions transactions = new Transactions(entityManagerFactory, tenants, transactionManager,
				this.threads::call, this.gate, retryPolicy);
		StructureTables tables = new StructureTables(entityManagerFactory, transactions, false);
		Leases leases = new Leases(transactions, tables.subscribers(), this.threads, settings);
		this.parts = new Parts(UUID.randomUUID().toString(), entityManagerFactory, structures, tables, transactions,
				settings, this.threads, leases, new Stopping(), new Listeners(listeners));
		this.control = new SubscriberControl(this.parts, this.registered, this.progress);
	}

	/**
	 * Begins to work.
	 */
	public synchronized void start() {
		if (!this.running) {
			this.parts.stopping().reset();
			this.gate.open();
			this.threads.start();
			this.parts.leases().start();
			this.running = true;
			this.registered.values().forEach(Registered::start);
			this.checking.set(false);
			checkLater();
		}
	}

	/**
	 * Begins no more batches, and waits for those under way. A handler that takes one
	 * entry at a time gets no further ones. What is not done in time is not committed;
	 * the threads of handlers are interrupted.
	 * @param limit how long to wait at most
	 * @return whether all were done in time
	 */
	public synchronized boolean stop(Duration limit) {
		if (!this.running) {
			return true;
		}
		this.running = false;
		this.parts.stopping().request();
		this.registered.values().forEach(Registered::stop);
		Duration forRollbacks = limit.dividedBy(ROLLBACK_SHARE);
		boolean done = this.gate.close(limit.minus(forRollbacks));
		if (!done) {
			this.parts.stopping().timeOut();
			// An interrupt would close a database in a file of this process
			this.threads.interrupt(this.parts.tables().database() != Database.H2);
			this.gate.close(forRollbacks);
		}
		this.threads.shutdown();
		return done;
	}

	boolean isStopping() {
		return this.parts.stopping().isRequested();
	}

	@Override
	public Registration register(SubscriberDefinition<?> definition) {
		if (this.tenants) {
			throw new IllegalStateException("The " + definition
					+ " cannot be registered: subscribers do not work for tenants, because nobody knows them outside of"
					+ " requests. Read the stack of each tenant with since(), in its name");
		}
		Parts parts = this.parts.ofRegistration();
		Subscriber<?> subscriber = new Subscriber<>(definition, parts);
		subscriber.parking().requirePossible();
		subscriber.requireLease();
		Registered added = new Registered(subscriber, parts, this.gate, this.progress, this.watch,
				(one) -> this.registered.remove(definition.id(), one));
		synchronized (this) {
			Registered other = this.registered.putIfAbsent(definition.id(), added);
			if (other != null) {
				throw new IllegalStateException(
						"The " + definition + " cannot be registered: this application already has the "
								+ other.definition() + ". Give it another id");
			}
			if (this.running) {
				startOrForget(added);
				checkLater();
			}
		}
		return added;
	}

	private void startOrForget(Registered added) {
		try {
			added.start();
		}
		catch (RuntimeException ex) {
			added.close();
			throw ex;
		}
	}

	/**
	 * Without a subscriber, there is nothing to look at.
	 */
	private void checkLater() {
		if (this.registered.isEmpty() || !this.checking.compareAndSet(false, true)) {
			return;
		}
		this.threads.after(this.parts.settings().checkInterval(), () -> {
			if (this.gate.enter()) {
				try {
					this.threads.step(this::check);
				}
				catch (RejectedExecutionException ex) {
					this.gate.leave();
				}
			}
		});
	}

	/**
	 * Looks at all rows with one statement.
	 */
	private void check() {
		try {
			if (!this.registered.isEmpty()) {
				List<SubscriberHead> rows = this.threads.onDatabase(this.parts.rows()::all);
				this.registered.values()
					.forEach((each) -> each
						.check(rows.stream().filter((row) -> each.isOf(row)).findFirst().orElse(null)));
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not look at the rows of the subscribers", ex);
		}
		finally {
			this.gate.leave();
			this.checking.set(false);
			checkLater();
		}
	}

	@Override
	public List<SubscriberStatus> status() {
		return this.control.status();
	}

	@Override
	public Optional<SubscriberStatus> status(String id) {
		return this.control.status(id);
	}

	@Override
	public void awaitCaughtUp(String id, Duration limit) {
		this.control.awaitCaughtUp(id, limit);
	}

	@Override
	public void pause(String id) {
		this.control.change(id, SubscriberHead::paused);
	}

	@Override
	public void resume(String id) {
		this.control.change(id, SubscriberHead::resumed);
	}

	@Override
	public void skip(String id) {
		this.control.skip(id);
	}

	@Override
	public void moveTo(String id, StartAt start) {
		this.control.moveTo(id, start);
	}

	@Override
	public long replayParked(String id) {
		return this.control.change(id, SubscriberHead::replaying).parking().replays();
	}

	@Override
	public int remove(String id) {
		return this.control.remove(id);
	}

	/**
	 * Returns the registered definitions, ordered by id.
	 */
	public List<SubscriberDefinition<?>> definitions() {
		return this.registered.values()
			.stream()
			.<SubscriberDefinition<?>>map(Registered::definition)
			.sorted(Comparator.comparing(SubscriberDefinition::id))
			.toList();
	}

}
