package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataAccessException;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The caller's transaction, if there is one, and transactions of our own.
 */
public final class Transactions {

	private final EntityManagerFactory entityManagerFactory;

	private final Tenants tenants;

	private final PlatformTransactionManager transactionManager;

	private final Executor executor;

	private final ShutdownGate gate;

	private final RetryTemplate retries;

	private volatile @Nullable TransactionTemplate ownTransaction;

	/**
	 * The transactions of a persistence unit.
	 * @param entityManagerFactory the persistence unit
	 * @param tenants its tenants
	 * @param transactionManager begins the application's transactions
	 * @param executor runs work that has to leave the calling thread
	 * @param gate knows when the application stops
	 * @param retryPolicy the policy for transactions that were rolled back because of
	 * another one
	 */
	public Transactions(EntityManagerFactory entityManagerFactory, Tenants tenants,
			PlatformTransactionManager transactionManager, Executor executor, ShutdownGate gate,
			RetryPolicy retryPolicy) {
		this.entityManagerFactory = entityManagerFactory;
		this.tenants = tenants;
		this.transactionManager = tenants.transactions(transactionManager);
		this.executor = executor;
		this.gate = gate;
		this.retries = new RetryTemplate(retryPolicy);
	}

	/**
	 * Whether the calling thread is in a transaction of our persistence unit. Not after
	 * its commit, while callbacks run: Spring still calls it active then.
	 */
	public boolean isActive() {
		SharedSessionContractImplementor session = boundSession();
		return session != null && TransactionSynchronizationManager.isActualTransactionActive()
				&& session.isTransactionInProgress();
	}

	/**
	 * Refuses to write in a transaction that was declared read-only: some databases would
	 * accept it, others fail when it is too late.
	 * @param structure what is to be written to
	 * @throws IllegalTransactionStateException if the caller's transaction is read-only
	 */
	public void requireWritable(String structure) {
		if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
			throw new IllegalTransactionStateException("Cannot write to " + structure
					+ " in a read-only transaction. Make the transaction writable (@Transactional without readOnly),"
					+ " or write outside of it");
		}
	}

	/**
	 * The session of the caller's transaction.
	 */
	public SharedSessionContractImplementor session() {
		return Objects.requireNonNull(boundSession(), "No session is bound to the thread");
	}

	/**
	 * Works on the connection of the session that is bound to the thread; on one of its
	 * own if there is none, to read outside of transactions.
	 * @throws DataAccessException if the database refuses
	 */
	public <R> R onConnection(ReturningWork<R> work) {
		SharedSessionContractImplementor session = boundSession();
		try {
			return (session != null) ? session.doReturningWork(work) : onOwnConnection(work);
		}
		catch (RuntimeException ex) {
			throw DatabaseFailures.translated(ex);
		}
	}

	private <R> R onOwnConnection(ReturningWork<R> work) {
		try (StatelessSession session = this.tenants.openStatelessSession()) {
			return session.doReturningWork(work);
		}
	}

	/**
	 * Works on a connection of its own, on which each statement commits by itself.
	 * @throws DataAccessException if the database refuses
	 */
	public <R> R inAutoCommit(ReturningWork<R> work) {
		try {
			return onOwnConnection((connection) -> {
				boolean autoCommit = connection.getAutoCommit();
				try {
					connection.setAutoCommit(true);
					return work.execute(connection);
				}
				finally {
					connection.setAutoCommit(autoCommit);
				}
			});
		}
		catch (RuntimeException ex) {
			throw DatabaseFailures.translated(ex);
		}
	}

	private @Nullable SharedSessionContractImplementor boundSession() {
		Object holder = TransactionSynchronizationManager.getResource(this.entityManagerFactory);
		return (holder instanceof EntityManagerHolder bound)
				? bound.getEntityManager().unwrap(SharedSessionContractImplementor.class) : null;
	}

	/**
	 * Runs in a transaction of our own, on a session of our own, and again if that was
	 * rolled back because of another transaction. The caller has none: otherwise it would
	 * hold one connection and wait for another, and a pool in which all threads do so is
	 * deadlocked.
	 * @throws IllegalStateException if the caller is in a transaction
	 */
	public <R> R inOwn(Supplier<R> work) {
		return this.retries.invoke(() -> inOwnOnce(work));
	}

	/**
	 * Like {@link #inOwn}, but only once.
	 */
	public <R> R inOwnOnce(Supplier<R> work) {
		return detached(() -> {
			boolean within = isWithinOwn();
			if (!within) {
				TransactionSynchronizationManager.bindResource(this, this);
			}
			try {
				return Objects.requireNonNull(ownTransaction().execute((status) -> work.get()));
			}
			finally {
				if (!within) {
					TransactionSynchronizationManager.unbindResource(this);
				}
			}
		});
	}

	/**
	 * Whether a statement of ours that commits by itself reads what is committed by then.
	 * Where connections come with a snapshot it does not; and on PostgreSQL, if they are
	 * serializable, it could end the transactions of others. The caller is in no
	 * transaction.
	 */
	public boolean readsCommittedByDefault() {
		return ownTransaction().getIsolationLevel() == TransactionDefinition.ISOLATION_DEFAULT;
	}

	/**
	 * Our transactions wait for locks and go on with what is there then, which they
	 * cannot do on a snapshot. Where connections come with one, they ask for less; but
	 * only there, since it takes statements of its own and not every transaction manager
	 * can do it.
	 */
	private TransactionTemplate ownTransaction() {
		TransactionTemplate own = this.ownTransaction;
		if (own == null) {
			own = new TransactionTemplate(this.transactionManager);
			own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			Integer isolation = own.execute((status) -> session().doReturningWork(Connection::getTransactionIsolation));
			if (Objects.requireNonNull(isolation) > Connection.TRANSACTION_READ_COMMITTED) {
				own.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
			}
			this.ownTransaction = own;
		}
		return own;
	}

	/**
	 * Runs code of the user, during which {@link #isMarked} tells that the calling thread
	 * is in it, also within other transactions.
	 */
	public void marked(Object mark, Runnable userCode) {
		TransactionSynchronizationManager.bindResource(mark, this);
		try {
			userCode.run();
		}
		finally {
			TransactionSynchronizationManager.unbindResource(mark);
		}
	}

	public boolean isMarked(Object mark) {
		return TransactionSynchronizationManager.hasResource(mark);
	}

	/**
	 * Whether the calling thread is at work on a transaction of our own: in code of the
	 * user, a pruner or a callback after the commit, if it gets to ask. Such a thread
	 * must not wait for others, who may be waiting for it.
	 */
	public boolean isWithinOwn() {
		return TransactionSynchronizationManager.hasResource(this);
	}

	/**
	 * Whether something of a transaction, or of a scope without one, is bound to the
	 * calling thread that a transaction of our own cannot do with: Spring keeps the
	 * session and the connection bound while callbacks run after the completion, for
	 * instance.
	 */
	public boolean isWithinOther() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				|| TransactionSynchronizationManager.isActualTransactionActive()
				|| (TransactionSynchronizationManager
					.getResource(this.entityManagerFactory) instanceof ResourceHolderSupport bound
						&& bound.isSynchronizedWithTransaction());
	}

	/**
	 * Runs without what is bound to the calling thread: open-in-view binds a session
	 * outside of transactions, a transaction would join it and flush the user's entities,
	 * and it may hold a connection since the last transaction. Where that is not enough,
	 * it runs on another thread; but within a transaction of our own, which by then has
	 * ended or is suspended, it stays on this one.
	 */
	public <R> R detached(Supplier<R> work) {
		if (isActive()) {
			throw new IllegalStateException(
					"Cannot run within the caller's transaction: an internal transaction would need a second connection");
		}
		releaseIdleConnection();
		if (isWithinOwn()) {
			return work.get();
		}
		if (isWithinOther()) {
			return await(this.gate.supply(work, this.executor));
		}
		Object bound = TransactionSynchronizationManager.unbindResourceIfPossible(this.entityManagerFactory);
		try {
			return work.get();
		}
		finally {
			if (bound != null) {
				TransactionSynchronizationManager.bindResource(this.entityManagerFactory, bound);
			}
		}
	}

	/**
	 * Gives back the connection that a session outside of transactions may hold; it takes
	 * another one when it needs it.
	 */
	public void releaseIdleConnection() {
		SharedSessionContractImplementor session = boundSession();
		if (session != null && session.isOpen() && !session.isTransactionInProgress()) {
			session.getJdbcCoordinator().getLogicalConnection().manualDisconnect();
		}
	}

	/**
	 * Waits, and fails as the work itself would.
	 */
	public static <R> R await(CompletableFuture<R> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
