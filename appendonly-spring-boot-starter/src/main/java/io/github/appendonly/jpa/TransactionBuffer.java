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
import java.util.function.Predicate;

import io.github.appendonly.jpa.item.KeyedItems;
import jakarta.persistence.PersistenceException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.resource.transaction.spi.TransactionObserver;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Buffers the items that one transaction appends to queues of one kind. For each queue,
 * one row is written just before the transaction commits.
 *
 * @param <Q> a queue as the caller knows it; items for unequal queues of the same name go
 * into separate rows
 */
final class TransactionBuffer<Q> implements TransactionSynchronization {

	/*
	 * The rows are written when Hibernate is about to commit, not in Spring's
	 * beforeCommit. Spring iterates over a list of synchronizations that it copied
	 * beforehand. A first push may come from another beforeCommit (a listener of that
	 * phase), or from an entity listener during the flush of the commit. It would
	 * register too late and be lost silently. Hibernate notifies its observers after the
	 * flush, and only if it commits. If an observer throws an exception, Hibernate
	 * abandons the commit. Items that are appended after this observer has run are
	 * written at once.
	 *
	 * Savepoints: a rollback to a savepoint removes the items that were appended after
	 * it. Items that were appended before it and written after it must be written again,
	 * because the database has undone that write. An unknown savepoint is older than this
	 * buffer, so all items were appended after it.
	 *
	 * A callback after the completion may begin another transaction while this buffer is
	 * still bound to the thread. So a buffer is only found together with its session.
	 *
	 * This synchronization is the first of all. So placing does not wait for other
	 * callbacks, and is not skipped if one of them fails.
	 */

	/**
	 * The items for one queue.
	 *
	 * @param <Q> the queue as the caller knows it
	 */
	private static final class Buffered<Q> {

		private Q queue;

		private final List<KeyedItems> items = new ArrayList<>();

		private int written;

		Buffered(Q queue) {
			this.queue = queue;
		}

		List<KeyedItems> unwritten() {
			return this.items.subList(this.written, this.items.size());
		}

	}

	/**
	 * The state of one queue at a savepoint.
	 */
	private record Mark(int size, int written) {

		static final Mark NONE = new Mark(0, 0);

	}

	/**
	 * The state of all queues at a savepoint, and the stacks that were locked.
	 */
	private record Savepoint(Map<String, Mark> marks, Set<String> placed) {

		static final Savepoint OLDER = new Savepoint(Map.of(), Set.of());

	}

	private final Object resourceKey;

	private final SharedSessionContractImplementor session;

	private final BiConsumer<Q, KeyedItems> writer;

	private final Consumer<Q> committed;

	private final NavigableMap<String, Buffered<Q>> queues = new TreeMap<>();

	private final IdentityHashMap<Object, Savepoint> savepoints = new IdentityHashMap<>();

	private final Set<String> placed = new HashSet<>();

	private boolean completing;

	private TransactionBuffer(Object resourceKey, SharedSessionContractImplementor session,
			BiConsumer<Q, KeyedItems> writer, Consumer<Q> committed) {
		this.resourceKey = resourceKey;
		this.session = session;
		this.writer = writer;
		this.committed = committed;
	}

	/**
	 * Returns the buffer of the caller's transaction, or null if it has none.
	 * @param resourceKey the key that the buffer is bound to
	 * @param session the session of the transaction
	 */
	static <Q> @Nullable TransactionBuffer<Q> current(Object resourceKey, SharedSessionContractImplementor session) {
		@SuppressWarnings("unchecked") // only open() binds to the key
		TransactionBuffer<Q> bound = (TransactionBuffer<Q>) TransactionSynchronizationManager.getResource(resourceKey);
		return (bound != null && bound.session == session) ? bound : null;
	}

	/**
	 * Creates a buffer for the caller's transaction.
	 * @param resourceKey the key to bind the buffer to
	 * @param session the session of the transaction
	 * @param writer writes a row for a queue
	 * @param committed is called after the commit, with each queue that has items
	 */
	static <Q> TransactionBuffer<Q> open(Object resourceKey, SharedSessionContractImplementor session,
			BiConsumer<Q, KeyedItems> writer, Consumer<Q> committed) {
		TransactionBuffer<Q> buffer = new TransactionBuffer<>(resourceKey, session, writer, committed);
		TransactionSynchronizationManager.registerSynchronization(buffer);
		TransactionSynchronizationManager.unbindResourceIfPossible(resourceKey);
		TransactionSynchronizationManager.bindResource(resourceKey, buffer);
		session.getTransactionCoordinator().addObserver(buffer.new Completion());
		return buffer;
	}

	void append(String name, Q queue, KeyedItems items) {
		Buffered<Q> buffered = this.queues.computeIfAbsent(name, (key) -> new Buffered<>(queue));
		if (!buffered.queue.equals(queue)) {
			write(name);
			buffered.queue = queue;
		}
		buffered.items.add(items);
		if (this.completing) {
			write(name);
		}
	}

	/**
	 * Writes the items of a queue that are not written yet.
	 */
	void write(String name) {
		take(name, this.writer);
	}

	private void take(String name, BiConsumer<Q, KeyedItems> taker) {
		Buffered<Q> buffered = this.queues.get(name);
		if (buffered != null) {
			take(buffered, taker, () -> {
			});
		}
	}

	/**
	 * Hands items that are not written yet to another writer: first the items of queues
	 * with lower names, then those of the given queue. This keeps the order of locking.
	 * @param name the name of the given queue
	 * @param takes whether to take the items of a queue with a lower name
	 * @param taker gets the items of each queue
	 * @param last runs after the given queue is taken; if this or the taker fails, the
	 * items of the queue in progress count as not written
	 */
	void takeUpTo(String name, Predicate<String> takes, BiConsumer<Q, KeyedItems> taker, Runnable last) {
		for (String lower : List.copyOf(this.queues.headMap(name, false).keySet())) {
			if (takes.test(lower)) {
				take(lower, taker);
			}
		}
		Buffered<Q> own = this.queues.get(name);
		if (own != null) {
			take(own, taker, last);
		}
		else {
			last.run();
		}
	}

	/**
	 * While items are being taken, they count as written, because a pruner may append
	 * more items.
	 */
	private void take(Buffered<Q> buffered, BiConsumer<Q, KeyedItems> taker, Runnable last) {
		int before = buffered.written;
		List<KeyedItems> taken = List.copyOf(buffered.unwritten());
		buffered.written = buffered.items.size();
		boolean done = false;
		try {
			if (!taken.isEmpty()) {
				taker.accept(buffered.queue, KeyedItems.join(taken));
			}
			last.run();
			done = true;
		}
		finally {
			if (!done) {
				buffered.written = before;
			}
		}
	}

	boolean holds(String name) {
		Buffered<Q> buffered = this.queues.get(name);
		return buffered != null && !buffered.unwritten().isEmpty();
	}

	/**
	 * Notes that this transaction has a stack's row locked. Other transactions cannot
	 * place on that stack until it ends.
	 */
	void markPlaced(String name) {
		this.placed.add(name);
	}

	boolean hasPlaced(String name) {
		return this.placed.contains(name);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void afterCommit() {
		for (Buffered<Q> buffered : this.queues.values()) {
			if (!buffered.items.isEmpty()) {
				this.committed.accept(buffered.queue);
			}
		}
	}

	@Override
	public void afterCompletion(int status) {
		if (TransactionSynchronizationManager.getResource(this.resourceKey) == this) {
			TransactionSynchronizationManager.unbindResource(this.resourceKey);
		}
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
		this.savepoints.put(savepoint, new Savepoint(marks, Set.copyOf(this.placed)));
	}

	@Override
	public void savepointRollback(Object savepoint) {
		Savepoint saved = this.savepoints.getOrDefault(savepoint, Savepoint.OLDER);
		this.queues.forEach((name, buffered) -> {
			Mark mark = saved.marks().getOrDefault(name, Mark.NONE);
			buffered.items.subList(mark.size(), buffered.items.size()).clear();
			buffered.written = mark.written();
		});
		this.placed.retainAll(saved.placed());
	}

	/**
	 * Writes the rows when the transaction commits.
	 */
	private final class Completion implements TransactionObserver {

		@Override
		public void afterBegin() {
			// Nothing to do
		}

		@Override
		public void beforeCompletion() {
			TransactionBuffer.this.completing = true;
			try {
				List.copyOf(TransactionBuffer.this.queues.keySet()).forEach(TransactionBuffer.this::write);
			}
			catch (DataAccessException ex) {
				throw untranslated(ex);
			}
		}

		/**
		 * During a commit, Spring translates exceptions of Hibernate, but does not expect
		 * exceptions that are translated already.
		 */
		private static RuntimeException untranslated(DataAccessException failure) {
			return (failure.getCause() instanceof PersistenceException cause) ? cause : failure;
		}

		@Override
		public void afterCompletion(boolean successful, boolean delayed) {
			TransactionBuffer.this.session.getTransactionCoordinator().removeObserver(this);
		}

	}

}
