package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.appendonly.Position;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * The three ways that a push takes.
 * <ul>
 * <li>Outside of transactions: to the sequencer, waiting for it.</li>
 * <li>In a transaction: kept until it commits, then written to the inbox; the sequencer
 * is woken after the commit.</li>
 * <li>In a transaction that then reads the stack, or with a pruner of its own: placed
 * there and then, under a lock on the stack that lasts until the transaction ends.</li>
 * </ul>
 */
final class StackPushes {

	private static final StackStore.Mode IN_TRANSACTION = new StackStore.Mode(true, true);

	private final Transactions transactions;

	private final Sequencer sequencer;

	private final StackStore store;

	private final InboxWriter inbox;

	private final BatchReports reports;

	StackPushes(Transactions transactions, Sequencer sequencer, StackStore store, InboxWriter inbox,
			BatchReports reports) {
		this.transactions = transactions;
		this.sequencer = sequencer;
		this.store = store;
		this.inbox = inbox;
		this.reports = reports;
	}

	void push(PushRequest<?> request) {
		String name = request.definition().name();
		if (!this.transactions.isActive()) {
			this.reports.push(name, SequencerListener.Way.GROUP,
					() -> this.sequencer.push(this.reports.withOrigin(request)));
			return;
		}
		this.transactions.requireWritable("stack '" + name + "'");
		if (request.ownPruner().isPresent()) {
			this.store.requireNotPruning(name);
			placeWithBuffered(request);
		}
		else {
			buffer().append(name, request.definition(), request.items());
		}
	}

	CompletableFuture<Position> pushAsync(PushRequest<?> request) {
		long begun = System.nanoTime();
		return this.reports.push(request.definition().name(),
				this.sequencer.pushAsync(this.reports.withOrigin(request)), begun);
	}

	/**
	 * Places what the caller's transaction has pushed onto a stack so far, if anything.
	 * @param definition the stack
	 * @return whether the transaction has the stack locked now
	 */
	boolean placeBuffered(StackDefinition<?> definition) {
		if (this.store.isPruning(definition.name())) {
			return true;
		}
		PushBuffer<StackDefinition<?>> buffer = PushBuffer.current(this, this.transactions.session());
		if (buffer == null) {
			return false;
		}
		if (buffer.holds(definition.name())) {
			placeWithBuffered(PushRequest.drain(definition));
		}
		return buffer.hasPlaced(definition.name());
	}

	/**
	 * Places in the caller's transaction. Several stacks are locked in the order of their
	 * names; so what was pushed onto stacks of lower names is placed as well, in case
	 * they are read later.
	 */
	private void placeWithBuffered(PushRequest<?> request) {
		String name = request.definition().name();
		PushBuffer<StackDefinition<?>> buffer = buffer();
		List<PushRequest<?>> requests = new ArrayList<>();
		buffer.takeUpTo(name, (lower) -> !this.store.isPruning(lower), (definition, items) -> {
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

	private void place(PushBuffer<?> buffer, List<PushRequest<?>> requests) {
		String name = requests.get(0).definition().name();
		buffer.markPlaced(name);
		try {
			this.reports.push(name, SequencerListener.Way.DIRECT,
					() -> this.reports.inTransaction(requests, () -> this.store.place(requests, IN_TRANSACTION)));
		}
		catch (PushRequest.PrunerException ex) {
			throw ex.failure();
		}
	}

	/**
	 * Writes what the caller's transaction has pushed onto a stack so far to the inbox,
	 * if anything.
	 */
	void writeBuffered(String name) {
		PushBuffer<?> buffer = PushBuffer.current(this, this.transactions.session());
		if (buffer != null) {
			buffer.write(name);
		}
	}

	private void writeToInbox(StackDefinition<?> definition, ItemArray items) {
		this.reports.push(definition.name(), SequencerListener.Way.INBOX,
				() -> this.inbox.append(definition.name(), items, definition.terms()));
	}

	private PushBuffer<StackDefinition<?>> buffer() {
		SharedSessionContractImplementor session = this.transactions.session();
		PushBuffer<StackDefinition<?>> buffer = PushBuffer.current(this, session);
		return (buffer != null) ? buffer
				: PushBuffer.open(this, session, this::writeToInbox, (definition) -> this.sequencer.wake(definition));
	}

}
