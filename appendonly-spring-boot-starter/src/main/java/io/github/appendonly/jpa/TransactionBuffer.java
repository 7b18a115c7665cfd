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

import io.github.appendonly.jpa.item.JsonArray;
import jakarta.persistence.PersistenceException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.resource.transaction.spi.TransactionObserver;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What one transaction has appended to queues of one kind and not written yet: one row a
 * queue is written just before it commits.
 *
 * @param <Q> a queue as the caller knows it; what is appended to unequal ones of one name
 * goes into rows of their own
 */
final class TransactionBuffer<Q> implements TransactionSynchronization {

	/*
	 * The rows are written when Hibernate is about to commit, not in Spring's
	 * beforeCommit. Spring goes through a list that it took before: a first push from
	 * another beforeCommit (a listener of that phase), or from an entity listener while
	 * the commit flushes, would come too late to be in it, and be lost without a word.
	 * Hibernate tells its observers after the flush, only when it commits, and gives up
	 * the commit if one throws. What is appended after ours has run is written at once.
	 *
	 * Savepoints: what was appended after a savepoint is forgotten when the transaction
	 * rolls back to it, and what was written after it has to be written again, since the
	 * database forgot it. A savepoint that is not known is older than this buffer, so all
	 * in it came later.
	 *
	 * Callbacks after the completion may begin another transaction while this buffer is
	 * still bound to the thread; so it is asked for together with the session it is of.
	 * It comes first of all callbacks: placing does not have to wait for the others, nor
	 * is it left out if one of them fails.
	 */

	/**
	 * What is appended to one queue.
	 *
	 * @param <Q> the queue as the caller knows it
	 */
	private static final class Buffered<Q> {

		private Q queue;

		private final List<JsonArray> items = new ArrayList<>();

		private int written;

		Buffered(Q queue) {
			this.queue = queue;
		}

		List<JsonArray> unwritten() {
			return this.items.subList(this.written, this.items.size());
		}

	}

	/**
	 * How much of a queue there was at a savepoint.
	 */
	private record Mark(int size, int written) {

		static final Mark NONE = new Mark(0, 0);

	}

	/**
	 * All there was at a savepoint.
	 */
	private record Savepoint(Map<String, Mark> marks, Set<String> placed) {

		static final Savepoint OLDER = new Savepoint(Map.of(), Set.of());

	}

	private final Object resourceKey;

	private final SharedSessionContractImplementor session;

	private final BiConsumer<Q, JsonArray> writer;

	private final Consumer<Q> committed;

	private final NavigableMap<String, Buffered<Q>> queues = new TreeMap<>();

	private final IdentityHashMap<Object, Savepoint> savepoints = new IdentityHashMap<>();

	private final Set<String> placed = new HashSet<>();

	private boolean completing;

	private TransactionBuffer(Object resourceKey, SharedSessionContractImplementor session,
			BiConsumer<Q, JsonArray> writer, Consumer<Q> committed) {
		this.resourceKey = resourceKey;
		this.session = session;
		this.writer = writer;
		this.committed = committed;
	}

	/**
	 * The buffer of the caller's transaction, if it has one.
	 * @param resourceKey finds the buffer
	 * @param session the session of the transaction
	 */
	static <Q> @Nullable TransactionBuffer<Q> current(Object resourceKey, SharedSessionContractImplementor session) {
		@SuppressWarnings("unchecked") // only open() binds to the key
		TransactionBuffer<Q> bound = (TransactionBuffer<Q>) TransactionSynchronizationManager.getResource(resourceKey);
		return (bound != null && bound.session == session) ? bound : null;
	}

	/**
	 * Makes a buffer for the caller's transaction.
	 * @param resourceKey finds the buffer again
	 * @param session the session of the transaction
	 * @param writer writes a row for a queue
	 * @param committed told of each queue that was appended to, when that is committed
	 */
	static <Q> TransactionBuffer<Q> open(Object resourceKey, SharedSessionContractImplementor session,
			BiConsumer<Q, JsonArray> writer, Consumer<Q> committed) {
		TransactionBuffer<Q> buffer = new TransactionBuffer<>(resourceKey, session, writer, committed);
		TransactionSynchronizationManager.registerSynchronization(buffer);
		TransactionSynchronizationManager.unbindResourceIfPossible(resourceKey);
		TransactionSynchronizationManager.bindResource(resourceKey, buffer);
		session.getTransactionCoordinator().addObserver(buffer.new Completion());
		return buffer;
	}

	void append(String name, Q queue, JsonArray items) {
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
	 * Writes what was appended to a queue, if anything.
	 */
	void write(String name) {
		take(name, this.writer);
	}

	private void take(String name, BiConsumer<Q, JsonArray> taker) {
		Buffered<Q> buffered = this.queues.get(name);
		if (buffered != null) {
			take(buffered, taker, () -> {
			});
		}
	}

	/**
	 * Takes what was appended, to have it written in another way: the queue of a name
	 * and, to keep to one order of locking, those of lower names before it.
	 * @param name the name
	 * @param takes whether to take the queue of a lower name
	 * @param taker gets each queue
	 * @param last runs behind them; if either fails, its queue counts as not taken
	 */
	void takeUpTo(String name, Predicate<String> takes, BiConsumer<Q, JsonArray> taker, Runnable last) {
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
	 * Meanwhile, what is taken counts as written, and more may be appended: by a pruner.
	 */
	private void take(Buffered<Q> buffered, BiConsumer<Q, JsonArray> taker, Runnable last) {
		int before = buffered.written;
		List<JsonArray> taken = List.copyOf(buffered.unwritten());
		buffered.written = buffered.items.size();
		boolean done = false;
		try {
			if (!taken.isEmpty()) {
				taker.accept(buffered.queue, JsonArray.join(taken));
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
		Savepoint then = this.savepoints.getOrDefault(savepoint, Savepoint.OLDER);
		this.queues.forEach((name, buffered) -> {
			Mark mark = then.marks().getOrDefault(name, Mark.NONE);
			buffered.items.subList(mark.size(), buffered.items.size()).clear();
			buffered.written = mark.written();
		});
		this.placed.retainAll(then.placed());
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
				throw asOfHibernate(ex);
			}
		}

		/**
		 * What Hibernate throws when it commits is translated to Spring's exceptions:
		 * those in turn are not.
		 */
		private static RuntimeException asOfHibernate(DataAccessException failure) {
			return (failure.getCause() instanceof PersistenceException cause) ? cause : failure;
		}

		@Override
		public void afterCompletion(boolean successful, boolean delayed) {
			TransactionBuffer.this.session.getTransactionCoordinator().removeObserver(this);
		}

	}

}
