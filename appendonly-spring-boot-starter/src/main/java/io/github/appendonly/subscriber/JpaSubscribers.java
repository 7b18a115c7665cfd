package io.github.appendonly.subscriber;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

import io.github.appendonly.Position;
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
import org.jspecify.annotations.Nullable;
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
				throw new IllegalArgumentException("lease must be at least twice as long as heartBeat, " + heartBeat
						+ ", but is " + lease);
			}
		}

	}

	/**
	 * A subscriber that this node runs.
	 */
	private final class Registered implements Registration {

		private final SubscriberDefinition<?> definition;

		private final Runner runner;

		private final Runnable createRow;

		private @Nullable Watching watching;

		<T> Registered(Subscriber<T> subscriber) {
			this.definition = subscriber.definition();
			this.runner = new Runner(JpaSubscribers.this.parts.threads(), JpaSubscribers.this.gate,
					this.definition.isTransactional()
							? new TransactionalStep<>(subscriber, JpaSubscribers.this.parts)::run
							: new LeasedStep<>(subscriber, JpaSubscribers.this.parts)::run,
					JpaSubscribers.this.progress::signal);
			this.createRow = subscriber::createRow;
		}

		/**
		 * Begins to work. What is pushed from now on is handled, also if the subscriber
		 * starts with the newest entry, unless the database cannot be reached.
		 */
		synchronized void start() {
			if (this.watching == null) {
				this.watching = JpaSubscribers.this.watch.watch(this.definition.stack(), this.runner::wake);
				try {
					this.createRow.run();
				}
				catch (RuntimeException ex) {
					logger.debug("Could not create the row of the " + this.definition + " yet", ex);
				}
				this.runner.nudge();
			}
		}

		synchronized void stop() {
			if (this.watching != null) {
				this.watching.close();
				this.watching = null;
			}
		}

		@Override
		public void close() {
			this.runner.close();
			stop();
			JpaSubscribers.this.registered.remove(this.definition.id(), this);
		}

	}

	private static final Log logger = LogFactory.getLog(JpaSubscribers.class);

	/** The part of the time to stop that is left for rollbacks. */
	private static final int ROLLBACK_SHARE = 5;

	private final AppendOnlyStructures structures;

	private final boolean tenants;

	private final Watch watch;

	private final Transactions transactions;

	private final StructureTables tables;

	private final Settings settings;

	private final SubscriberThreads threads;

	private final Stopping stopping = new Stopping();

	private final ShutdownGate gate = new ShutdownGate();

	private final Progress progress = new Progress();

	private final Parts parts;

	private final Map<String, Registered> registered = new ConcurrentHashMap<>();

	private boolean running;

	/**
	 * Creates the subscribers of a persistence unit. None of them works before
	 * {@link #start()}.
	 * @param entityManagerFactory the persistence unit
	 * @param transactionManager begins the transactions of handlers
	 * @param structures the structures of the persistence unit
	 * @param watch tells when to read
	 * @param settings how subscribers work
	 * @param threadFactory makes the threads
	 * @param listeners are told what happens
	 */
	public JpaSubscribers(EntityManagerFactory entityManagerFactory, PlatformTransactionManager transactionManager,
			AppendOnlyStructures structures, Watch watch, Settings settings, ThreadFactory threadFactory,
			List<SubscriberListener> listeners) {
		this.structures = structures;
		this.watch = watch;
		this.settings = settings;
		this.threads = new SubscriberThreads(settings.concurrency(), threadFactory);
		Tenants tenants = new Tenants(entityManagerFactory);
		this.tenants = tenants.exist();
		this.transactions = new Transactions(entityManagerFactory, tenants, transactionManager, this.threads::step,
				this.gate, RetryPolicy.builder().maxRetries(0).build());
		this.tables = new StructureTables(entityManagerFactory, this.transactions, false);
		this.parts = new Parts(UUID.randomUUID().toString(), structures, this.tables, this.transactions, settings,
				this.threads, new Leases(this.transactions, this.tables.subscribers(), this.threads, settings),
				this.stopping, new Listeners(listeners));
	}

	/**
	 * Begins to work.
	 */
	public synchronized void start() {
		if (!this.running) {
			this.stopping.reset();
			this.gate.open();
			this.threads.start();
			this.running = true;
			this.registered.values().forEach(Registered::start);
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
		this.stopping.request();
		this.registered.values().forEach(Registered::stop);
		Duration forRollbacks = limit.dividedBy(ROLLBACK_SHARE);
		boolean done = this.gate.close(limit.minus(forRollbacks));
		if (!done) {
			this.stopping.timeOut();
			// An interrupt would close a database in a file of this process
			this.threads.interrupt(this.tables.database() != Database.H2);
			this.gate.close(forRollbacks);
		}
		this.threads.shutdown();
		return done;
	}

	boolean isStopping() {
		return this.stopping.isRequested();
	}

	@Override
	public Registration register(SubscriberDefinition<?> definition) {
		if (this.tenants) {
			throw new IllegalStateException("The " + definition
					+ " cannot be registered: subscribers do not work for tenants, because nobody knows them outside of"
					+ " requests. Read the stack of each tenant with since(), in its name");
		}
		Registered added = new Registered(new Subscriber<>(definition, this.parts));
		synchronized (this) {
			Registered other = this.registered.putIfAbsent(definition.id(), added);
			if (other != null) {
				throw new IllegalStateException(
						"The " + definition + " cannot be registered: this application already has the "
								+ other.definition + ". Give it another id");
			}
			if (this.running) {
				added.start();
			}
		}
		return added;
	}

	private void checkLater() {
		this.threads.after(this.settings.checkInterval(), () -> {
			if (this.gate.enter()) {
				this.threads.step(this::check);
			}
		});
	}

	/**
	 * Looks at all rows with one statement, for what no watch tells: what other
	 * applications have changed by hand, and rows that were not looked at for long.
	 */
	private void check() {
		try {
			Map<String, SubscriberHead> rows = new ConcurrentHashMap<>();
			this.threads.onDatabase(() -> this.tables.subscribers().all())
				.forEach((row) -> rows.put(key(row.stack(), row.id()), row));
			for (Registered each : this.registered.values()) {
				SubscriberHead row = rows.get(key(each.definition.stack(), each.definition.id()));
				if (row == null || Subscriber.seenLongAgo(row) || (row.isRunning() && row.retryIn().isZero()
						&& (each.runner.isDeaf() || row.parking().replays() > 0))) {
					each.runner.nudge();
				}
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not look at the rows of the subscribers", ex);
		}
		finally {
			this.gate.leave();
			checkLater();
		}
	}

	private static String key(String stack, String id) {
		return stack + '\0' + id;
	}

	@Override
	public List<SubscriberStatus> status() {
		return this.tables.subscribers().all().stream().map(this::status).toList();
	}

	@Override
	public Optional<SubscriberStatus> status(String id) {
		return row(id).map(this::status);
	}

	private SubscriberStatus status(SubscriberHead row) {
		Registered here = registered(row);
		long lag = Source.lag(this.tables, row.stack(), row.cursor());
		return Statuses.of(row, isOrphan(row), lag,
				(here != null) ? here.runner.behindFor() : Duration.between(row.movedAt(), row.now()));
	}

	private boolean isOrphan(SubscriberHead row) {
		return registered(row) == null
				&& Duration.between(row.seenAt(), row.now()).compareTo(Subscriber.ORPHANED) > 0;
	}

	private @Nullable Registered registered(SubscriberHead row) {
		Registered here = this.registered.get(row.id());
		return (here != null && here.definition.stack().equals(row.stack())) ? here : null;
	}

	/**
	 * Returns the row of a subscriber: of the registered one, or of the only one of that
	 * id.
	 */
	private Optional<SubscriberHead> row(String id) {
		Registered here = this.registered.get(id);
		if (here != null) {
			return this.tables.subscribers().find(here.definition.stack(), id);
		}
		List<SubscriberHead> rows = rows(id);
		if (rows.size() > 1) {
			throw new IllegalArgumentException("Several stacks have a subscriber '" + id + "', and none is of this"
					+ " application: " + rows.stream().map(SubscriberHead::stack).toList());
		}
		return rows.stream().findFirst();
	}

	private List<SubscriberHead> rows(String id) {
		return this.tables.subscribers().all().stream().filter((row) -> row.id().equals(id)).toList();
	}

	private SubscriberHead existing(String id) {
		return row(id).orElseThrow(() -> unknown(id));
	}

	private static IllegalArgumentException unknown(String id) {
		return new IllegalArgumentException("There is no subscriber '" + id + "'");
	}

	@Override
	public void awaitCaughtUp(String id, Duration limit) {
		if (this.transactions.isActive()) {
			throw new IllegalStateException("Cannot wait for subscriber '" + id
					+ "' in a transaction: it does not see what that has not committed. Call it outside of transactions");
		}
		long end = System.nanoTime() + limit.toNanos();
		long seen = this.progress.count();
		SubscriberHead row = existing(id);
		Position target = source(row).newest();
		while (target.isAfter(row.cursor())) {
			long left = end - System.nanoTime();
			if (!row.isRunning() || left <= 0) {
				throw new IllegalStateException(Statuses.behind(row, target, limit));
			}
			this.progress.await(seen, left);
			seen = this.progress.count();
			row = existing(id);
		}
	}

	private Source<Object> source(SubscriberHead row) {
		return new Source<>(this.structures.stack(row.stack(), Object.class), row.stack(), Object.class, this.parts);
	}

	@Override
	public void pause(String id) {
		change(id, SubscriberHead::paused);
	}

	@Override
	public void resume(String id) {
		change(id, SubscriberHead::resumed);
	}

	@Override
	public void skip(String id) {
		change(id, (row) -> {
			Position position = row.failure().position();
			if (position == null) {
				throw new IllegalStateException("Subscriber '" + id + "' of stack '" + row.stack()
						+ "' has no entry to skip: " + Statuses.describe(row));
			}
			logger.warn("Subscriber '" + id + "' of stack '" + row.stack() + "' skips the entry " + position
					+ ", which has failed: " + row.failure().cause());
			return row.skipped(position);
		});
	}

	@Override
	public void moveTo(String id, StartAt start) {
		Position cursor = source(existing(id)).cursor(start);
		change(id, (row) -> row.movedTo(cursor));
	}

	@Override
	public long replayParked(String id) {
		return change(id, SubscriberHead::replaying).parking().replays();
	}

	/**
	 * Changes a row under a lock, in the caller's transaction if there is one, and has
	 * this node look at it after the commit.
	 */
	private SubscriberHead change(String id, Function<SubscriberHead, SubscriberHead> change) {
		return this.transactions.inCallersOrOwn("subscriber '" + id + "'", () -> {
			SubscriberHead found = existing(id);
			SubscriberHead row = this.tables.subscribers()
				.lock(found.stack(), id)
				.orElseThrow(() -> unknown(id));
			SubscriberHead next = change.apply(row);
			this.tables.subscribers().write(next);
			this.transactions.afterCommit(() -> {
				Registered here = registered(next);
				if (here != null) {
					here.runner.nudge();
				}
				this.progress.signal();
			});
			return next;
		});
	}

	@Override
	public int remove(String id) {
		return this.transactions.inCallersOrOwn("subscriber '" + id + "'", () -> {
			List<SubscriberHead> rows = rows(id);
			if (rows.isEmpty()) {
				throw unknown(id);
			}
			List<SubscriberHead> orphans = rows.stream().filter(this::isOrphan).toList();
			if (orphans.isEmpty()) {
				throw new IllegalStateException("Subscriber '" + id + "' cannot be removed: an application has it, or had"
						+ " it less than " + Subscriber.ORPHANED.toSeconds() + " s ago. Remove it from the code first");
			}
			orphans.forEach((row) -> this.tables.subscribers().delete(row.stack(), row.id()));
			return orphans.size();
		});
	}

	/**
	 * Returns the registered definitions, ordered by id.
	 */
	public List<SubscriberDefinition<?>> definitions() {
		return this.registered.values()
			.stream()
			.<SubscriberDefinition<?>>map((one) -> one.definition)
			.sorted(Comparator.comparing(SubscriberDefinition::id))
			.toList();
	}

}
