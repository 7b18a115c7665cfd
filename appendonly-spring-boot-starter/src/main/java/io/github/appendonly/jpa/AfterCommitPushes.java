package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Keeps what transactions push until they are committed, and pushes it then. A failure is
 * logged: the caller's transaction has ended well, and must not seem to have failed.
 * <p>
 * Any transaction of Spring will do. It need not be one that a push could join.
 */
final class AfterCommitPushes {

	private static final Log logger = LogFactory.getLog(AfterCommitPushes.class);

	private final Consumer<PushRequest<?>> pushes;

	/**
	 * Creates the pushes.
	 * @param pushes pushes at once, and waits for nobody's lock
	 */
	AfterCommitPushes(Consumer<PushRequest<?>> pushes) {
		this.pushes = pushes;
	}

	/**
	 * Returns whether the caller has a transaction that may still end.
	 */
	boolean mayWait() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Keeps items until the caller's transaction is committed.
	 */
	void add(StackDefinition<?> definition, JsonArray items) {
		kept().add(new PushRequest<>(definition, items));
	}

	private Kept kept() {
		for (TransactionSynchronization known : TransactionSynchronizationManager.getSynchronizations()) {
			if (known instanceof Kept kept && kept.owner() == this) {
				return kept;
			}
		}
		Kept kept = new Kept();
		TransactionSynchronizationManager.registerSynchronization(kept);
		return kept;
	}

	/**
	 * Reports items that are not pushed, or perhaps not.
	 */
	static void report(StackDefinition<?> definition, Throwable failure) {
		String fate = (failure instanceof UncertainCommitException) ? "may or may not be stored" : "are lost";
		logger.error("Items pushed onto stack '" + definition.name() + "' by afterCommit() " + fate
				+ "; their transaction does not fail: " + failure.getMessage(), failure);
	}

	/**
	 * What one transaction has pushed. What is added by a callback after the commit is
	 * pushed after the completion.
	 */
	private final class Kept implements TransactionSynchronization {

		private final List<PushRequest<?>> requests = new ArrayList<>();

		private final IdentityHashMap<Object, Integer> savepoints = new IdentityHashMap<>();

		AfterCommitPushes owner() {
			return AfterCommitPushes.this;
		}

		void add(PushRequest<?> request) {
			this.requests.add(request);
		}

		/**
		 * Not the last of all: the failure of another callback would skip this one.
		 */
		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

		@Override
		public void afterCommit() {
			pushAll();
		}

		@Override
		public void afterCompletion(int status) {
			if (status == STATUS_COMMITTED) {
				pushAll();
			}
			else if (status == STATUS_UNKNOWN) {
				this.requests.forEach((request) -> report(request.definition(),
						new IllegalStateException("It is unknown whether the transaction was committed")));
			}
			this.requests.clear();
		}

		private void pushAll() {
			List<PushRequest<?>> due = List.copyOf(this.requests);
			this.requests.clear();
			due.forEach(this::push);
		}

		private void push(PushRequest<?> request) {
			try {
				AfterCommitPushes.this.pushes.accept(request);
			}
			catch (Throwable ex) { // the transaction has ended well, whatever happens
									// here
				report(request.definition(), ex);
			}
		}

		@Override
		public void savepoint(Object savepoint) {
			this.savepoints.put(savepoint, this.requests.size());
		}

		/**
		 * Takes back what was pushed since. A savepoint that is not known is older than
		 * all of it.
		 */
		@Override
		public void savepointRollback(Object savepoint) {
			this.requests.subList(this.savepoints.getOrDefault(savepoint, 0), this.requests.size()).clear();
		}

	}

}
