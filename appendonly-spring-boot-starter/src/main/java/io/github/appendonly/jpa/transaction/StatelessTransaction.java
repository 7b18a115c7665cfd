package io.github.appendonly.jpa.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * An internal transaction that consists of statements only. It takes a fraction of the
 * time of one with a persistence context.
 */
final class StatelessTransaction {

	private final StatelessSession session;

	private final List<Runnable> actions = new ArrayList<>();

	StatelessTransaction(StatelessSession session) {
		this.session = session;
	}

	SharedSessionContractImplementor session() {
		return (SharedSessionContractImplementor) this.session;
	}

	/**
	 * Adds an action for the time after the commit.
	 */
	void afterCommit(Runnable action) {
		this.actions.add(action);
	}

	/**
	 * Returns the actions for the time after the commit.
	 */
	List<Runnable> actionsAfterCommit() {
		return this.actions;
	}

	/**
	 * Runs work and commits it. If the work fails, and then the rollback fails too, the
	 * failure of the work is thrown.
	 */
	<R> R run(Supplier<R> work) {
		Transaction transaction = begin();
		R result;
		try {
			result = work.get();
		}
		catch (RuntimeException | Error ex) {
			rollBack(transaction, ex);
			throw ex;
		}
		commit(transaction);
		return result;
	}

	private Transaction begin() {
		try {
			return this.session.beginTransaction();
		}
		catch (RuntimeException ex) {
			throw new CannotCreateTransactionException("Could not begin an internal transaction", ex);
		}
	}

	private static void commit(Transaction transaction) {
		try {
			transaction.commit();
		}
		catch (RuntimeException ex) {
			throw DatabaseFailures.translated((ex.getCause() instanceof RuntimeException cause) ? cause : ex);
		}
	}

	private void rollBack(Transaction transaction, Throwable failure) {
		try {
			if (Connections.comesFromError(failure)) {
				this.session.doWork((connection) -> Connections.afterFailure(connection, failure, (broken) -> {
				}));
			}
			transaction.rollback();
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

}
