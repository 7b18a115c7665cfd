package io.github.appendonly.jpa;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import io.github.appendonly.Accumulator;
import io.github.appendonly.internal.Keys;
import io.github.appendonly.internal.Limits;
import io.github.appendonly.jpa.accumulator.Consumption;
import io.github.appendonly.jpa.accumulator.Removal;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.KeyedItems;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.item.SliceRange;
import io.github.appendonly.jpa.sequencer.SequencerListeners;
import io.github.appendonly.jpa.repository.AccumulatorRepository;
import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.table.KeyTable;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.springframework.data.domain.Limit;

/**
 * A handle on an accumulator in the database.
 * <p>
 * A consumer locks the rows that it takes, and skips rows that another consumer has
 * locked.
 * <p>
 * Outside transactions, appends of many callers are committed together. In a transaction,
 * appended items are written as one row just before the commit, or as soon as the same
 * transaction reads or consumes the accumulator.
 *
 * @param <T> the type of the items
 */
final class JpaAccumulator<T> implements Accumulator<T> {

	private static final Log logger = LogFactory.getLog(JpaAccumulator.class);

	private static final int ROWS = 200;

	private final String name;

	private final Items<T> items;

	private final Transactions transactions;

	private final Duration keyRetention;

	private final Engine engine;

	private final AccumulatorTable table;

	private final Consumption consumption;

	private final Removal removal;

	private final AccumulatorRepository rows;

	private final SequencerListeners listeners;

	JpaAccumulator(String name, Items<T> items, Duration keyRetention, Engine engine) {
		this.name = name;
		this.items = items;
		this.keyRetention = keyRetention;
		this.engine = engine;
		this.transactions = engine.transactions();
		this.table = engine.tables().accumulators();
		this.consumption = engine.consumption();
		this.removal = new Removal(this.transactions, this.table);
		this.rows = engine.repositories().get(AccumulatorRepository.class);
		this.listeners = engine.sequencer().listeners();
	}

	@Override
	public void append(T item) {
		append(this.items.write(item));
	}

	@Override
	public void extend(Collection<? extends T> items) {
		JsonArray array = this.items.writeAll(items);
		if (!array.isEmpty()) {
			append(array);
		}
	}

	private void append(JsonArray array) {
		if (this.transactions.isActive()) {
			this.transactions.requireWritable(toString());
			buffer().append(this.name, this.name, KeyedItems.without(array));
		}
		else {
			this.listeners.append(this.name, false, array.length(),
					() -> this.engine.appends().append(new AccumulatorTable.Row(this.name, array)));
		}
	}

	@Override
	public boolean append(T item, String key) {
		KeyTable.Claim claim = new KeyTable.Claim(KeyTable.Kind.ACCUMULATOR, this.name, Keys.require(key),
				this.keyRetention);
		JsonArray array = this.items.write(item);
		if (this.transactions.isActive()) {
			this.transactions.requireWritable(toString());
			boolean isNew = this.engine.keyed().claim(claim).isNew();
			if (isNew) {
				buffer().append(this.name, this.name, KeyedItems.without(array));
			}
			return isNew;
		}
		AtomicBoolean isNew = new AtomicBoolean();
		this.listeners.append(this.name, false, array.length(),
				() -> isNew.set(this.engine.keyed().append(new AccumulatorTable.Row(this.name, array), claim)));
		return isNew.get();
	}

	@Override
	public List<T> consume() {
		return consume(Integer.MAX_VALUE);
	}

	@Override
	public List<T> consume(int limit) {
		Limits.requireAtLeastOne("limit", limit);
		List<T> taken = this.transactions.inCallersOrOwn(toString(), () -> {
			writeBuffered();
			return this.consumption.take(this.name, this.items, limit);
		});
		this.listeners.consumed(this.name, taken.size());
		return taken;
	}

	@Override
	public long removeIf(Predicate<? super T> condition) {
		if (this.transactions.isActive()) {
			this.transactions.requireWritable(toString());
		}
		writeBuffered();
		return this.removal.remove(this.name, this.items,
				(after, limit) -> this.rows.oldest(this.name, after, Limit.of(limit)), condition);
	}

	private List<T> readable(List<SliceRange> ranges) {
		Items.Portion<T> portion = this.items.read(ranges);
		if (!portion.gone().isEmpty()) {
			logger.debug("Left out of " + this + ", as they are gone: " + portion.gone());
		}
		portion.unreadable().stream().findFirst().ifPresent((first) -> {
			throw this.items.failure(first);
		});
		return portion.items();
	}

	private static SliceRange rangeOf(AccumulatorTable.Queued row) {
		return SliceRange.all(new Slice(row.id(), 0, row.items()));
	}

	@Override
	public Iterator<T> iterator() {
		writeBuffered();
		return new Iterator<>() {

			private long after;

			private boolean ended;

			private Iterator<T> page = List.<T>of().iterator();

			@Override
			public boolean hasNext() {
				while (!this.page.hasNext() && !this.ended) {
					List<AccumulatorTable.Queued> rows = JpaAccumulator.this.rows.oldest(JpaAccumulator.this.name,
							this.after, Limit.of(ROWS));
					this.ended = rows.size() < ROWS;
					this.after = rows.isEmpty() ? this.after : rows.get(rows.size() - 1).id();
					this.page = readable(rows.stream().map(JpaAccumulator::rangeOf).toList()).iterator();
				}
				return this.page.hasNext();
			}

			@Override
			public T next() {
				if (!hasNext()) {
					throw new NoSuchElementException();
				}
				return this.page.next();
			}

		};
	}

	@Override
	public long size() {
		writeBuffered();
		return this.rows.size(this.name);
	}

	@Override
	public boolean isEmpty() {
		writeBuffered();
		return !this.rows.anyIn(this.name);
	}

	private void writeBuffered() {
		if (this.transactions.isActive()) {
			writeBuffered(this.name, this.engine);
		}
	}

	/**
	 * Writes the items that the caller's transaction has appended to an accumulator and
	 * that are not written yet.
	 */
	static void writeBuffered(String name, Engine engine) {
		TransactionBuffer<String> buffer = TransactionBuffer.current(engine.tables().accumulators(),
				engine.transactions().session());
		if (buffer != null) {
			buffer.write(name);
		}
	}

	private TransactionBuffer<String> buffer() {
		SharedSessionContractImplementor session = this.transactions.session();
		TransactionBuffer<String> buffer = TransactionBuffer.current(this.table, session);
		return (buffer != null) ? buffer : TransactionBuffer.open(this.table, session, this::write, (name) -> {
		});
	}

	private void write(String name, KeyedItems items) {
		this.listeners.append(name, true, items.items().length(),
				() -> this.table.insert(new AccumulatorTable.Row(name, items.items())));
	}

	@Override
	public String toString() {
		return this.items.structure();
	}

}
