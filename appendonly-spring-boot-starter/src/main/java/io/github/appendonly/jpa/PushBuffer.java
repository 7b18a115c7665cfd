package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.engine.spi.TransactionCompletionCallbacks;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What one transaction has appended to queues of one kind and not written yet: one row a
 * queue is written just before it commits.
 *
 * @param <Q> what identifies a queue besides its name
 */
final class PushBuffer<Q>
		implements TransactionSynchronization, TransactionCompletionCallbacks.BeforeCompletionCallback {

	/*
	 * The rows are written from Hibernate's callback before the completion of the
	 * transaction, not from Spring's beforeCommit. Spring goes through a list that it
	 * took before: a first push from another beforeCommit (a listener of that phase), or
	 * from an entity listener while the commit flushes, would come too late to be in it,
	 * and be lost without a word. Hibernate asks for its callbacks after the flush and
	 * until none is left, only when it commits, and gives up the commit if one throws.
	 * What is appended after ours has run, by another callback, is written at once.
	 *
	 * Savepoints: what was appended after a savepoint is forgotten when the transaction
	 * rolls back to it, and what was written after it has to be written again, since the
	 * database forgot it. A savepoint that is not known is older than this buffer, so all
	 * in it came later.
	 */

	/**
	 * What is appended to one queue.
	 *
	 * @param <Q> what identifies the queue besides its name
	 */
	private static final class Buffered<Q> {

		private final Q queue;

		private final List<ItemArray> items = new ArrayList<>();

		private int written;

		Buffered(Q queue) {
			this.queue = queue;
		}

		List<ItemArray> unwritten() {
			return this.items.subList(this.written, this.items.size());
		}

	}

	private record Mark(int size, int written) {
	}

	private final Object resourceKey;

	private final BiConsumer<String, ItemArray> writer;

	private final Consumer<Q> committed;

	private final NavigableMap<String, Buffered<Q>> queues = new TreeMap<>();

	private final IdentityHashMap<Object, Map<String, Mark>> savepoints = new IdentityHashMap<>();

	private final Set<String> placed = new HashSet<>();

	private boolean completing;

	private boolean completed;

	private PushBuffer(Object resourceKey, BiConsumer<String, ItemArray> writer, Consumer<Q> committed) {
		this.resourceKey = resourceKey;
		this.writer = writer;
		this.committed = committed;
	}

	/**
	 * The buffer of the caller's transaction, if it has one.
	 */
	@SuppressWarnings("unchecked") // only open() binds to the key
	static <Q> @Nullable PushBuffer<Q> current(Object resourceKey) {
		return (PushBuffer<Q>) TransactionSynchronizationManager.getResource(resourceKey);
	}

	/**
	 * Makes a buffer for the caller's transaction.
	 * @param resourceKey finds the buffer again
	 * @param session the session of the transaction
	 * @param writer writes a row for a queue of a name
	 * @param committed told of each queue that has got a row, when that is committed
	 */
	static <Q> PushBuffer<Q> open(Object resourceKey, SharedSessionContractImplementor session,
			BiConsumer<String, ItemArray> writer, Consumer<Q> committed) {
		PushBuffer<Q> buffer = new PushBuffer<>(resourceKey, writer, committed);
		TransactionSynchronizationManager.bindResource(resourceKey, buffer);
		TransactionSynchronizationManager.registerSynchronization(buffer);
		session.getTransactionCompletionCallbacks().registerCallback(buffer);
		return buffer;
	}

	void append(String name, Q queue, ItemArray items) {
		this.queues.computeIfAbsent(name, (key) -> new Buffered<>(queue)).items.add(items);
		if (this.completing) {
			write(name);
		}
	}

	/**
	 * Writes what was appended to a queue, if anything.
	 */
	void write(String name) {
		Buffered<Q> buffered = this.queues.get(name);
		if (buffered != null && !buffered.unwritten().isEmpty()) {
			this.writer.accept(name, ItemArray.join(buffered.unwritten()));
			buffered.written = buffered.items.size();
		}
	}

	/**
	 * Takes what was appended, to have it written in another way: the queue of a name
	 * and, to keep to one order of locking, those of lower names before it.
	 * @param name the name
	 * @param taker gets each queue
	 * @param last runs behind them; if either fails, its queue counts as not taken
	 */
	void takeUpTo(String name, BiConsumer<Q, ItemArray> taker, Runnable last) {
		for (Map.Entry<String, Buffered<Q>> entry : this.queues.headMap(name, false).entrySet()) {
			take(entry.getValue(), taker, () -> {
			});
		}
		Buffered<Q> own = this.queues.get(name);
		if (own != null) {
			take(own, taker, last);
		}
		else {
			last.run();
		}
	}

	private void take(Buffered<Q> buffered, BiConsumer<Q, ItemArray> taker, Runnable last) {
		if (!buffered.unwritten().isEmpty()) {
			taker.accept(buffered.queue, ItemArray.join(buffered.unwritten()));
		}
		last.run();
		buffered.written = buffered.items.size();
	}

	boolean holds(String name) {
		Buffered<Q> buffered = this.queues.get(name);
		return buffered != null && !buffered.unwritten().isEmpty();
	}

	void forget(String name) {
		this.queues.remove(name);
	}

	/**
	 * Notes that this transaction has a stack's row locked, so that nobody else can place
	 * until it ends.
	 */
	void markPlaced(String name) {
		this.placed.add(name);
	}

	boolean hasPlaced(String name) {
		return this.placed.contains(name);
	}

	@Override
	public void doBeforeTransactionCompletion(SharedSessionContractImplementor session) {
		if (!this.completed) {
			this.completing = true;
			List.copyOf(this.queues.keySet()).forEach(this::write);
		}
	}

	@Override
	public void afterCommit() {
		for (Buffered<Q> buffered : this.queues.values()) {
			this.committed.accept(buffered.queue);
		}
	}

	@Override
	public void afterCompletion(int status) {
		this.completed = true;
		TransactionSynchronizationManager.unbindResourceIfPossible(this.resourceKey);
	}

	@Override
	public void suspend() {
		TransactionSynchronizationManager.unbindResource(this.resourceKey);
	}

	@Override
	public void resume() {
		TransactionSynchronizationManager.bindResource(this.resourceKey, this);
	}

	@Override
	public void savepoint(Object savepoint) {
		Map<String, Mark> marks = new TreeMap<>();
		this.queues.forEach((name, buffered) -> marks.put(name, new Mark(buffered.items.size(), buffered.written)));
		this.savepoints.put(savepoint, marks);
	}

	@Override
	public void savepointRollback(Object savepoint) {
		Map<String, Mark> marks = this.savepoints.getOrDefault(savepoint, Map.of());
		this.queues.forEach((name, buffered) -> {
			Mark mark = marks.getOrDefault(name, new Mark(0, 0));
			buffered.items.subList(mark.size(), buffered.items.size()).clear();
			buffered.written = mark.written();
		});
	}

}
