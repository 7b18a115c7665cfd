package io.github.appendonly.jpa.transaction;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An internal transaction that the application's transaction manager begins, with a
 * persistence context. Application code may run in it.
 */
final class ManagedTransaction {

	private final Transactions transactions;

	private final TransactionTemplate template;

	ManagedTransaction(Transactions transactions, TransactionTemplate template) {
		this.transactions = transactions;
		this.template = template;
	}

	/**
	 * Runs work and commits it. If the work fails, and then the rollback fails too, the
	 * failure of the work is thrown. It is the cause. The failure of the rollback says no
	 * more than that the connection is broken.
	 */
	<R> R run(Supplier<R> work) {
		AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();
		try {
			return Objects.requireNonNull(this.template.execute((status) -> {
				try {
					return work.get();
				}
				catch (RuntimeException | Error ex) {
					cause.set(ex);
					breakAfterError(ex);
					throw ex;
				}
			}));
		}
		catch (RuntimeException | Error ex) {
			Throwable first = cause.get();
			if (first == null || first == ex) {
				throw ex;
			}
			first.addSuppressed(ex);
			if (first instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) first;
		}
	}

	private void breakAfterError(Throwable failure) {
		if (!Connections.comesFromError(failure)) {
			return;
		}
		try {
			this.transactions.onTransactionsConnection((connection) -> {
				Connections.afterFailure(connection, failure, (broken) -> {
				});
				return failure;
			});
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

}
