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
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Detects the caller's transaction, and runs internal transactions. An internal
 * transaction contains no work of a caller's transaction, so it can be repeated.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class Transactions {

	private final EntityManagerFactory entityManagerFactory;

	private final Tenants tenants;

	private final PlatformTransactionManager transactionManager;

	private final boolean resourceLocal;

	private final Executor executor;

	private final ShutdownGate gate;

	private final RetryTemplate retries;

	private volatile @Nullable TransactionTemplate ownTransaction;

	/**
	 * Creates the transactions of a persistence unit.
	 * @param entityManagerFactory the persistence unit
	 * @param tenants the tenants of the persistence unit
	 * @param transactionManager begins the application's transactions
	 * @param executor runs work that cannot run on the calling thread
	 * @param gate refuses work when the application stops
	 * @param retryPolicy the policy for transactions that were rolled back because of
	 * another one
	 */
	public Transactions(EntityManagerFactory entityManagerFactory, Tenants tenants,
			PlatformTransactionManager transactionManager, Executor executor, ShutdownGate gate,
			RetryPolicy retryPolicy) {
		this.entityManagerFactory = entityManagerFactory;
		this.tenants = tenants;
		this.transactionManager = tenants.transactions(transactionManager);
		this.resourceLocal = this.transactionManager instanceof JpaTransactionManager;
		this.executor = executor;
		this.gate = gate;
		this.retries = new RetryTemplate(retryPolicy);
	}

	/**
	 * Returns whether the calling thread is in a transaction of the persistence unit. In
	 * callbacks after the commit it is not, although Spring still reports an active
	 * transaction.
	 */
	public boolean isActive() {
		SharedSessionContractImplementor session = boundSession();
		return session != null && TransactionSynchronizationManager.isActualTransactionActive()
				&& session.isTransactionInProgress();
	}

	/**
	 * Checks that the caller's transaction was not declared read-only. Some databases
	 * would accept a write, and others would fail too late.
	 * @param structure the structure to write to
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
	 * Returns the session of the caller's transaction.
	 */
	public SharedSessionContractImplementor session() {
		return Objects.requireNonNull(boundSession(), "No session is bound to the thread");
	}

	/**
	 * Runs work on the connection of the session that is bound to the thread. If there is
	 * none, it uses a separate connection, for reads outside transactions.
	 * @throws DataAccessException if the database reports a failure
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

	/**
	 * Runs work on the connection of the transaction of the calling thread.
	 * @throws DataAccessException if the database reports a failure
	 */
	public <R> R onTransactionsConnection(ReturningWork<R> work) {
		try {
			return session().doReturningWork(work);
		}
		catch (RuntimeException ex) {
			throw DatabaseFailures.translated(ex);
		}
	}

	/**
	 * Returns the time that the transaction of the calling thread may still take, in
	 * seconds. It is not positive if there is no limit.
	 */
	public int remainingSeconds() {
		SharedSessionContractImplementor session = boundSession();
		return (session != null) ? session.getJdbcCoordinator().determineRemainingTransactionTimeOutPeriod() : 0;
	}

	/**
	 * Runs statements that belong together, in the transaction of the calling thread. If
	 * one fails, the transaction can only be rolled back, even if the caller ignores the
	 * failure and the database would let it continue.
	 */
	public <R> R allOrNothing(Supplier<R> statements) {
		try {
			return statements.get();
		}
		catch (RuntimeException | Error ex) {
			session().markForRollbackOnly();
			throw ex;
		}
	}

	/**
	 * Runs work in the caller's transaction if there is one, and in an own transaction
	 * otherwise.
	 * @param structure the structure that is written, for messages
	 * @throws IllegalTransactionStateException if the caller's transaction is read-only
	 */
	public <R> R inCallersOrOwn(String structure, Supplier<R> work) {
		if (isActive()) {
			requireWritable(structure);
			return work.get();
		}
		return inOwn(work);
	}

	private <R> R onOwnConnection(ReturningWork<R> work) {
		return this.tenants.onConnection(work);
	}

	/**
	 * Runs work on a separate connection, on which each statement commits by itself.
	 * @throws DataAccessException if the database reports a failure
	 */
	public <R> R inAutoCommit(ReturningWork<R> work) {
		try {
			return onOwnConnection((connection) -> Connections.inAutoCommit(connection, work));
		}
		catch (RuntimeException ex) {
			throw DatabaseFailures.translated(ex);
		}
	}

	private @Nullable SharedSessionContractImplementor boundSession() {
		if (TransactionSynchronizationManager.getResource(this) instanceof StatelessTransaction own) {
			return own.session();
		}
		Object holder = TransactionSynchronizationManager.getResource(this.entityManagerFactory);
		return (holder instanceof EntityManagerHolder bound)
				? bound.getEntityManager().unwrap(SharedSessionContractImplementor.class) : null;
	}

	/**
	 * Runs work in an internal transaction with its own session. If that is rolled back
	 * because of another transaction, the work is repeated. The caller must not be in a
	 * transaction. Otherwise it would hold one connection and wait for another, and a
	 * pool in which all threads do so is deadlocked.
	 * @throws IllegalStateException if the caller is in a transaction
	 */
	public <R> R inOwn(Supplier<R> work) {
		return this.retries.invoke(() -> inOwnOnce(work));
	}

	/**
	 * Runs work like {@link #inOwn}, but does not repeat it.
	 */
	public <R> R inOwnOnce(Supplier<R> work) {
		return detached(() -> {
			boolean nested = isWithinOwn();
			if (!nested) {
				TransactionSynchronizationManager.bindResource(this, this);
			}
			try {
				return new ManagedTransaction(this, ownTransaction()).run(work);
			}
			finally {
				if (!nested) {
					TransactionSynchronizationManager.unbindResource(this);
				}
			}
		});
	}

	/**
	 * Runs application code, and statements, in a transaction of its own as the
	 * application begins it, with its isolation level. The work is not repeated, and
	 * finds no trace of an internal transaction. The caller must not be in a transaction.
	 */
	public <R> R inApplications(Supplier<R> work) {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return detached(() -> new ManagedTransaction(this, template).run(work));
	}

	/**
	 * Runs work like {@link #inOwn}, in a transaction of statements only. The work must
	 * not call application code, which would not find this transaction.
	 */
	public <R> R inOwnStateless(Supplier<R> work) {
		return this.retries.invoke(() -> inOwnStatelessOnce(work));
	}

	/**
	 * Runs work like {@link #inOwnStateless}, but does not repeat it.
	 */
	public <R> R inOwnStatelessOnce(Supplier<R> work) {
		return detached(() -> (this.resourceLocal && readsCommittedByDefault()) ? inStateless(work) : inOwnOnce(work));
	}

	private <R> R inStateless(Supplier<R> work) {
		Object outer = TransactionSynchronizationManager.unbindResourceIfPossible(this);
		StatelessTransaction own;
		R result;
		try (StatelessSession session = this.tenants.openStatelessSession()) {
			own = new StatelessTransaction(session);
			TransactionSynchronizationManager.bindResource(this, own);
			result = own.run(work);
		}
		finally {
			TransactionSynchronizationManager.unbindResourceIfPossible(this);
			if (outer != null) {
				TransactionSynchronizationManager.bindResource(this, outer);
			}
		}
		own.actionsAfterCommit().forEach(Runnable::run);
		return result;
	}

	/**
	 * Runs an action after the commit of the transaction of the calling thread.
	 */
	public void afterCommit(Runnable action) {
		if (TransactionSynchronizationManager.getResource(this) instanceof StatelessTransaction own) {
			own.afterCommit(action);
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				action.run();
			}

		});
	}

	/**
	 * Returns whether an internal statement that commits by itself sees everything that
	 * is committed by then. It does not if connections default to a snapshot. On
	 * PostgreSQL, if they default to SERIALIZABLE, it could even abort the transactions
	 * of others. The caller must not be in a transaction.
	 */
	public boolean readsCommittedByDefault() {
		return ownTransaction().getIsolationLevel() == TransactionDefinition.ISOLATION_DEFAULT;
	}

	/**
	 * Internal transactions wait for locks and then continue with the current state. That
	 * is impossible on a snapshot. So they request READ COMMITTED if connections default
	 * to more. They request it only then, because that takes statements, and not every
	 * transaction manager supports it.
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
	 * Runs application code. Meanwhile {@link #isMarked} returns true on the calling
	 * thread, even within other transactions.
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
	 * Returns whether the calling thread is running an internal transaction. If it is,
	 * the call comes from application code within that transaction: a pruner, or a
	 * callback after the commit. Such a thread must not wait for others, because they may
	 * be waiting for it.
	 */
	public boolean isWithinOwn() {
		return TransactionSynchronizationManager.hasResource(this);
	}

	/**
	 * Returns whether the calling thread has resources of a transaction, or of a scope
	 * without one, with which an internal transaction cannot run. For example, Spring
	 * keeps the session and the connection bound while callbacks run after the
	 * completion.
	 */
	public boolean isWithinOther() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				|| TransactionSynchronizationManager.isActualTransactionActive()
				|| (TransactionSynchronizationManager
					.getResource(this.entityManagerFactory) instanceof ResourceHolderSupport bound
						&& bound.isSynchronizedWithTransaction());
	}

	/**
	 * Runs work without the session that is bound to the calling thread. Open-in-view
	 * binds a session outside transactions. A transaction would join that session and
	 * flush the user's entities, and the session may hold a connection since the last
	 * transaction. If it is not enough to put the session aside, the work runs on another
	 * thread. Within an internal transaction the work stays on the calling thread,
	 * because that transaction has ended or is suspended by then.
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
	 * Releases the connection that a session outside transactions may hold. The session
	 * takes another one when it needs it.
	 */
	public void releaseIdleConnection() {
		SharedSessionContractImplementor session = boundSession();
		if (session != null && session.isOpen() && !session.isTransactionInProgress()) {
			session.getJdbcCoordinator().getLogicalConnection().manualDisconnect();
		}
	}

	/**
	 * Waits for a future, and throws the exception of the work itself.
	 */
	public static <R> R await(CompletableFuture<R> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
