package io.github.appendonly.jpa.user;

import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Listens to events of transactions, as applications do.
 */
public class PhaseListener {

	/**
	 * An event.
	 *
	 * @param phase the phase in which to do something
	 * @param action what to do
	 */
	public record Event(TransactionPhase phase, Runnable action) {

		void in(TransactionPhase phase) {
			if (phase == this.phase) {
				this.action.run();
			}
		}

	}

	@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
	void beforeCommit(Event event) {
		event.in(TransactionPhase.BEFORE_COMMIT);
	}

	@TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
	void afterCommit(Event event) {
		event.in(TransactionPhase.AFTER_COMMIT);
	}

	@TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
	void afterRollback(Event event) {
		event.in(TransactionPhase.AFTER_ROLLBACK);
	}

	@TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION)
	void afterCompletion(Event event) {
		event.in(TransactionPhase.AFTER_COMPLETION);
	}

}
