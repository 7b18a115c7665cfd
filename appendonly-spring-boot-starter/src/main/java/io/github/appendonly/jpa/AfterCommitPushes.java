package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.KeyedItems;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * Keeps what transactions push until they are committed, and pushes it then. A failure is
 * logged: the caller's transaction has ended well, and must not seem to have failed.
 */
final class AfterCommitPushes {

	private static final Log logger = LogFactory.getLog(AfterCommitPushes.class);

	private final Transactions transactions;

	private final Consumer<PushRequest<?>> pushes;

	/**
	 * Creates the pushes.
	 * @param pushes pushes outside transactions
	 */
	AfterCommitPushes(Transactions transactions, Consumer<PushRequest<?>> pushes) {
		this.transactions = transactions;
		this.pushes = pushes;
	}

	/**
	 * Keeps items until the caller's transaction is committed.
	 */
	void add(StackDefinition<?> definition, JsonArray items) {
		SharedSessionContractImplementor session = this.transactions.session();
		TransactionBuffer<StackDefinition<?>> buffer = TransactionBuffer.current(this, session);
		if (buffer == null) {
			Kept kept = new Kept();
			buffer = TransactionBuffer.open(this, session, kept::add, kept::push);
		}
		buffer.append(definition.name(), definition, KeyedItems.without(items));
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
	 * What one transaction has pushed. It is complete when the transaction is about to
	 * commit.
	 */
	private final class Kept {

		private final List<PushRequest<?>> requests = new ArrayList<>();

		void add(StackDefinition<?> definition, KeyedItems items) {
			this.requests.add(new PushRequest<>(definition, items));
		}

		void push(StackDefinition<?> stack) {
			this.requests.stream()
				.filter((request) -> request.definition().name().equals(stack.name()))
				.forEach(this::push);
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

	}

}
