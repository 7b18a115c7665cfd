package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs statements beside the transaction of the calling thread, one at a time. Each
 * commits by itself.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class SideConnection {

	/*
	 * The caller holds a connection of the pool, and so may all other threads that have
	 * one. If they waited for another one, none of them would ever give its own back. So
	 * this connection is not of the pool. There is one, because statements that share a
	 * commit need no more, and it is closed when nobody has needed it for a while.
	 *
	 * It cannot be made where a connection depends on the calling thread or on a tenant,
	 * and for a data source of unknown kind. There, the pool gives a second connection,
	 * if it has one left in time.
	 */

	private static final Log logger = LogFactory.getLog(SideConnection.class);

	private static final Duration KEPT = Duration.ofSeconds(30);

	/** The time after which a connection may have broken while nobody used it. */
	private static final long TRUSTED = TimeUnit.MILLISECONDS.toNanos(500);

	private static final int VALIDATION_SECONDS = 5;

	/**
	 * The time for which a database that has refused the connection is not asked again.
	 */
	private static final long REFUSED = TimeUnit.SECONDS.toNanos(30);

	private final Tenants tenants;

	private final Optional<ConnectionSource> source;

	private final TransactionTemplate suspending;

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable Connection connection;

	private long used;

	private boolean watched;

	private boolean closed;

	private boolean refused;

	private long refusedAt;

	private final Semaphore second = new Semaphore(1, true);

	/**
	 * Creates what makes the connection when it is needed.
	 * @param tenants the tenants
	 * @param transactionManager begins the application's transactions
	 * @param source makes connections outside of the pool; empty if it is not known how,
	 * or if the data source depends on the calling thread
	 */
	public SideConnection(Tenants tenants, PlatformTransactionManager transactionManager,
			Optional<ConnectionSource> source) {
		this.tenants = tenants;
		this.source = tenants.exist() ? Optional.empty() : source;
		this.suspending = new TransactionTemplate(tenants.transactions(transactionManager));
		this.suspending.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
	}

	/**
	 * Returns whether the connection belongs to the pool, so that a caller may have to
	 * wait for other threads.
	 */
	public boolean isOfPool() {
		return this.source.isEmpty();
	}

	/**
	 * Runs work on a connection on which each statement commits by itself.
	 * @throws DataAccessException if the database reports a failure
	 */
	public <R> R inAutoCommit(ReturningWork<R> work) {
		try {
			return this.source.map((outside) -> onOutside(outside, work)).orElseGet(() -> onSecondOfPool(work));
		}
		catch (RuntimeException ex) {
			throw DatabaseFailures.translated(ex);
		}
	}

	private <R> R onOutside(ConnectionSource outside, ReturningWork<R> work) {
		this.lock.lock();
		try {
			if (!this.refused || System.nanoTime() - this.refusedAt > REFUSED) {
				this.refused = false;
				return onOpen(open(outside), work);
			}
		}
		catch (SQLException ex) {
			disconnect();
			if (!isRefused(ex)) {
				throw this.tenants.converted(ex);
			}
			this.refused = true;
			this.refusedAt = System.nanoTime();
			logger.warn("The database refuses a connection outside of the pool, which pushes that stand alone in a"
					+ " transaction use. They take a second connection of the pool instead: " + ex.getMessage());
		}
		finally {
			if (this.closed) {
				disconnect();
			}
			this.lock.unlock();
		}
		return onSecondOfPool(work);
	}

	private <R> R onOpen(Connection open, ReturningWork<R> work) {
		try {
			R result = work.execute(open);
			this.used = System.nanoTime();
			return result;
		}
		catch (SQLException ex) {
			disconnect();
			throw this.tenants.converted(ex);
		}
		catch (RuntimeException | Error ex) {
			disconnect();
			throw ex;
		}
	}

	/**
	 * Returns whether the database has too many connections, or does not let this user
	 * have another one. The pool has some.
	 */
	private static boolean isRefused(SQLException failure) {
		return failure.getSQLState() != null && failure.getSQLState().matches("53300|28...");
	}

	/**
	 * One thread at a time waits for the pool, so that the pool need not have more than
	 * one connection to spare.
	 */
	private <R> R onSecondOfPool(ReturningWork<R> work) {
		boolean acquired = false;
		try {
			acquired = this.second.tryAcquire(KEPT.toSeconds(), TimeUnit.SECONDS);
			if (!acquired) {
				throw new CannotCreateTransactionException("Too many threads wait for a second connection of the pool");
			}
			return Objects.requireNonNull(this.suspending.execute((suspended) -> this.tenants
				.onConnection((connection) -> Connections.inAutoCommit(connection, work))));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CannotCreateTransactionException("Interrupted while waiting for a second connection of the pool",
					ex);
		}
		finally {
			if (acquired) {
				this.second.release();
			}
		}
	}

	private Connection open(ConnectionSource outside) throws SQLException {
		Connection open = this.connection;
		if (open != null && System.nanoTime() - this.used > TRUSTED && !open.isValid(VALIDATION_SECONDS)) {
			disconnect();
			open = null;
		}
		if (open == null) {
			open = outside.open();
			this.connection = open;
			open.setAutoCommit(true);
			open.setReadOnly(false);
			// a stricter one could make others fail that have read what is written here
			open.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			if (!this.watched) {
				this.watched = true;
				closeWhenUnused(KEPT);
			}
		}
		return open;
	}

	@SuppressWarnings("FutureReturnValueIgnored") // it handles its failures
	private void closeWhenUnused(Duration delay) {
		CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(this::closeIfUnused);
	}

	private void closeIfUnused() {
		if (!this.lock.tryLock()) {
			closeWhenUnused(KEPT);
			return;
		}
		try {
			Duration rest = KEPT.minusNanos(System.nanoTime() - this.used);
			if (this.connection == null || rest.isNegative() || rest.isZero()) {
				disconnect();
				this.watched = false;
			}
			else {
				closeWhenUnused(rest);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Keeps the connection from now on for those who come later.
	 */
	public void open() {
		this.lock.lock();
		try {
			this.closed = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Closes the connection. Work that comes later makes one for itself.
	 */
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			disconnect();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void disconnect() {
		Connection open = this.connection;
		this.connection = null;
		try {
			if (open != null) {
				open.close();
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("The connection outside of the pool could not be closed", ex);
		}
	}

}
