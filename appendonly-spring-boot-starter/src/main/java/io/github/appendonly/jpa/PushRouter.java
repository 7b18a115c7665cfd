package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.appendonly.Position;
import io.github.appendonly.internal.Errors;
import io.github.appendonly.Pushed;
import io.github.appendonly.jpa.item.ItemKeys;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.KeyedItems;
import io.github.appendonly.jpa.key.KeyedCommitter;
import io.github.appendonly.jpa.sequencer.Batch;
import io.github.appendonly.jpa.sequencer.IndependentInbox;
import io.github.appendonly.jpa.sequencer.plan.PrunerException;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.SequencerListener;
import io.github.appendonly.jpa.sequencer.SequencerListeners;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.sequencer.TransactionalPlacer;
import io.github.appendonly.jpa.table.InboxTable;
import io.github.appendonly.jpa.table.KeyTable;
import io.github.appendonly.jpa.transaction.Transactions;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Sends each push one of four ways.
 * <ul>
 * <li>Group commit: a push outside transactions goes to the sequencer, and its caller
 * waits.</li>
 * <li>Inbox: a push in a transaction is buffered, and written to the inbox just before
 * the commit. The sequencer is woken after the commit.</li>
 * <li>Independent: a push in a transaction that must not join it is written to the inbox
 * at once, on another connection. The sequencer is woken then.</li>
 * <li>In-transaction placement: if the transaction then reads the stack, or pushes with
 * its own pruner, its items are placed at once. The stack's row is locked until the
 * transaction ends.</li>
 * </ul>
 */
final class PushRouter {

	private final Transactions transactions;

	private final Sequencer sequencer;

	private final TransactionalPlacer placer;

	private final InboxTable inbox;

	private final IndependentInbox independent;

	private final AfterCommitPushes afterCommit;

	private final KeyedCommitter keyed;

	private final SequencerListeners listeners;

	PushRouter(Engine engine) {
		this.transactions = engine.transactions();
		this.sequencer = engine.sequencer();
		this.placer = engine.sequencer().transactional();
		this.inbox = engine.tables().inbox();
		this.independent = engine.independent();
		this.afterCommit = new AfterCommitPushes(this::pushCommitted);
		this.keyed = engine.keyed();
		this.listeners = engine.sequencer().listeners();
	}

	void push(PushRequest<?> request) {
		String name = request.definition().name();
		if (!this.transactions.isActive()) {
			this.listeners.push(name, SequencerListener.Way.GROUP_COMMIT,
					() -> this.sequencer.push(this.listeners.withOrigin(request)));
			return;
		}
		this.transactions.requireWritable("stack '" + name + "'");
		if (request.ownPruner().isPresent()) {
			this.placer.requireNotPruning(name);
			placeWithBuffered(request);
		}
		else {
			buffer().append(name, request.definition(), KeyedItems.without(request.items()));
		}
	}

	/**
	 * Pushes beside the caller's transaction.
	 */
	void pushIndependently(PushRequest<?> request) {
		boolean mayHoldConnection = this.transactions.isActive()
				|| (this.transactions.isWithinOther() && !this.independent.usesPool());
		if (mayHoldConnection) {
			pushBeside(request);
		}
		else {
			push(request);
		}
	}

	private void pushBeside(PushRequest<?> request) {
		this.listeners.push(request.definition().name(), SequencerListener.Way.INDEPENDENT,
				() -> this.independent.append(request));
		this.sequencer.inbox().wake(request.definition());
	}

	/**
	 * Pushes after the commit of the caller's transaction. In a transaction, the caller
	 * gets no failure.
	 * @param items writes the items
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the failure is counted and reported
	void pushAfterCommit(StackDefinition<?> definition, Supplier<JsonArray> items) {
		if (!this.afterCommit.mayWait()) {
			push(new PushRequest<>(definition, items.get()));
			return;
		}
		try {
			this.afterCommit.add(definition, items.get());
		}
		catch (Throwable ex) { // of a codec or an item
			if (ex instanceof Error error && Errors.endJvm(error)) {
				throw error;
			}
			this.listeners.push(definition.name(), CompletableFuture.failedFuture(ex), System.nanoTime());
			AfterCommitPushes.report(definition, ex);
		}
	}

	/**
	 * Pushes when the transaction has been committed. It waits for nobody: a suspended
	 * transaction of the same thread may have the stack's row locked.
	 */
	private void pushCommitted(PushRequest<?> request) {
		this.transactions.releaseIdleConnection();
		pushBeside(request);
	}

	/**
	 * Pushes an item, unless another one has its key.
	 */
	Pushed push(StackDefinition<?> definition, JsonArray item, String key) {
		String name = definition.name();
		KeyTable.Claim claim = this.keyed.claimOf(name, key);
		if (!this.transactions.isActive()) {
			AtomicReference<@Nullable Pushed> pushed = new AtomicReference<>();
			this.listeners.push(name, SequencerListener.Way.INBOX,
					() -> pushed.set(this.keyed.push(definition, item, claim)));
			return Objects.requireNonNull(pushed.get());
		}
		this.transactions.requireWritable("stack '" + name + "'");
		Pushed pushed = this.keyed.claim(claim);
		if (pushed.isNew()) {
			buffer().append(name, definition, new KeyedItems(item, ItemKeys.of(key)));
		}
		return pushed;
	}

	CompletableFuture<Position> pushAsync(PushRequest<?> request) {
		long begun = System.nanoTime();
		return this.listeners.push(request.definition().name(),
				this.sequencer.pushAsync(this.listeners.withOrigin(request)), begun);
	}

	/**
	 * Places the items that the caller's transaction has pushed onto a stack and that are
	 * not placed yet.
	 * @param definition the stack
	 * @return whether the transaction now has the stack's row locked
	 */
	boolean placeBuffered(StackDefinition<?> definition) {
		if (this.placer.isPruning(definition.name())) {
			return true;
		}
		TransactionBuffer<StackDefinition<?>> buffer = TransactionBuffer.current(this, this.transactions.session());
		if (buffer == null) {
			return false;
		}
		if (buffer.holds(definition.name())) {
			placeWithBuffered(PushRequest.drain(definition));
		}
		return buffer.hasPlaced(definition.name());
	}

	/**
	 * Places all items of a stack that are committed, and those that the caller's
	 * transaction has pushed onto it, in that transaction. The stack's row is locked if
	 * there are any.
	 */
	void placeAll(StackDefinition<?> definition) {
		if (!this.placer.isPruning(definition.name())) {
			placeWithBuffered(PushRequest.drain(definition));
		}
	}

	/**
	 * Checks that the caller is not in a pruner of a stack, whose layers are about to be
	 * written as they were read.
	 * @throws IllegalStateException if it is
	 */
	void requireNotPruning(StackDefinition<?> definition) {
		if (this.placer.isPruning(definition.name())) {
			throw new IllegalStateException("A pruner of stack '" + definition.name()
					+ "' cannot erase or replace its items. It may do so in its archive, or after the transaction");
		}
	}

	/**
	 * Checks that what the caller sees of a stack is committed.
	 * @throws IllegalStateException if the caller's transaction has pushed onto the stack
	 */
	void requireNotPushed(StackDefinition<?> definition) {
		String name = definition.name();
		TransactionBuffer<?> buffer = this.transactions.isActive()
				? TransactionBuffer.current(this, this.transactions.session()) : null;
		if (buffer != null && (buffer.holds(name) || buffer.hasPlaced(name))) {
			throw new IllegalStateException(
					"Cannot follow stack '" + name + "' from its newest entry in a transaction that has pushed onto it:"
							+ " nobody else sees that entry yet. Follow after the commit, or before the push");
		}
	}

	/**
	 * Places items in the caller's transaction. Stacks are locked in the order of their
	 * names. So items for stacks with lower names are placed first, because the
	 * transaction may read those stacks later.
	 */
	private void placeWithBuffered(PushRequest<?> request) {
		String name = request.definition().name();
		TransactionBuffer<StackDefinition<?>> buffer = buffer();
		List<PushRequest<?>> requests = new ArrayList<>();
		buffer.takeUpTo(name, (lower) -> !this.placer.isPruning(lower), (definition, items) -> {
			PushRequest<?> buffered = new PushRequest<>(definition, items);
			if (definition.name().equals(name)) {
				requests.add(buffered);
			}
			else {
				place(buffer, List.of(buffered));
			}
		}, () -> {
			requests.add(request);
			place(buffer, requests);
		});
	}

	private void place(TransactionBuffer<?> buffer, List<PushRequest<?>> requests) {
		Batch batch = new Batch(requests);
		String name = requests.get(0).definition().name();
		buffer.markPlaced(name);
		PrunerException.unwrapped(() -> {
			this.listeners.push(name, SequencerListener.Way.IN_TRANSACTION,
					() -> this.placer.placeInTransaction(batch));
			return batch;
		});
	}

	/**
	 * Returns whether the caller's transaction has pushed items onto a stack that are not
	 * written yet.
	 */
	boolean hasBuffered(String name) {
		TransactionBuffer<?> buffer = this.transactions.isActive()
				? TransactionBuffer.current(this, this.transactions.session()) : null;
		return buffer != null && buffer.holds(name);
	}

	/**
	 * Writes the items that the caller's transaction has pushed onto a stack, and that
	 * are not placed yet, to the inbox.
	 */
	void writeBuffered(String name) {
		TransactionBuffer<?> buffer = TransactionBuffer.current(this, this.transactions.session());
		if (buffer != null) {
			buffer.write(name);
		}
	}

	private void writeToInbox(StackDefinition<?> definition, KeyedItems items) {
		this.listeners.push(definition.name(), SequencerListener.Way.INBOX,
				() -> this.inbox.append(new InboxTable.Row(definition.name(), items, definition.terms())));
	}

	private TransactionBuffer<StackDefinition<?>> buffer() {
		SharedSessionContractImplementor session = this.transactions.session();
		TransactionBuffer<StackDefinition<?>> buffer = TransactionBuffer.current(this, session);
		return (buffer != null) ? buffer : TransactionBuffer.open(this, session, this::writeToInbox,
				(definition) -> this.sequencer.inbox().wake(definition));
	}

}
