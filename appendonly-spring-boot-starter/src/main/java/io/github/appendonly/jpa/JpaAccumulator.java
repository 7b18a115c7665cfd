package io.github.appendonly.jpa;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import io.github.appendonly.Accumulator;
import io.github.appendonly.Position;
import io.github.appendonly.Unreadable;
import io.github.appendonly.internal.Limits;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.item.SliceRange;
import io.github.appendonly.jpa.table.AccumulatorRepository;
import io.github.appendonly.jpa.table.AccumulatorTable;
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
 * In a transaction, appended items are written as one row just before the commit, or as
 * soon as the same transaction reads or consumes the accumulator.
 *
 * @param <T> the type of the items
 */
final class JpaAccumulator<T> implements Accumulator<T> {

	private static final Log logger = LogFactory.getLog(JpaAccumulator.class);

	private static final int ROWS = 200;

	private final String name;

	private final Items<T> items;

	private final Transactions transactions;

	private final Engine engine;

	private final AccumulatorTable table;

	private final AccumulatorRepository rows;

	JpaAccumulator(String name, Items<T> items, Engine engine) {
		this.name = name;
		this.items = items;
		this.engine = engine;
		this.transactions = engine.transactions();
		this.table = engine.tables().accumulators();
		this.rows = engine.tables().repository(AccumulatorRepository.class);
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
			buffer().append(this.name, this.name, array);
		}
		else {
			this.transactions.inOwn(() -> {
				this.table.append(this.name, array);
				return array;
			});
		}
	}

	@Override
	public List<T> consume() {
		return consume(Integer.MAX_VALUE);
	}

	@Override
	public List<T> consume(int limit) {
		Limits.requireAtLeastOne("limit", limit);
		return this.transactions.inCallersOrOwn(toString(), () -> {
			writeBuffered();
			return this.transactions.allOrNothing(() -> take(limit));
		});
	}

	/**
	 * Takes the oldest items out, up to the first one that cannot be read.
	 */
	private List<T> take(int limit) {
		List<T> taken = new ArrayList<>();
		long after = 0;
		int end = limit;
		boolean more = true;
		while (more && taken.size() < end) {
			int rowLimit = Math.min(ROWS, end - taken.size());
			List<AccumulatorRepository.Queued> claimed = this.table.claim(this.name, after, rowLimit);
			List<AccumulatorRepository.Queued> whole = fitting(end - taken.size(), claimed);
			List<SliceRange> ranges = new ArrayList<>(whole.stream().map(JpaAccumulator::rangeOf).toList());
			int room = end - taken.size() - ranges.stream().mapToInt(SliceRange::length).sum();
			boolean splitsRow = whole.size() < claimed.size() && room > 0;
			if (splitsRow) {
				ranges.add(new SliceRange(slice(claimed.get(whole.size())), 0, room));
			}
			Items.Portion<T> portion = read(ranges);
			if (!portion.unreadable().isEmpty()) {
				Unreadable first = portion.unreadable().get(0);
				int before = positionsBefore(first.position(), ranges);
				if (before == 0 && taken.isEmpty()) {
					throw this.items.failure(first);
				}
				end = taken.size() + before;
				continue;
			}
			taken.addAll(portion.items());
			if (!whole.isEmpty()) {
				this.table.delete(this.name, whole.stream().map(AccumulatorRepository.Queued::id).toList());
				after = whole.get(whole.size() - 1).id();
			}
			if (splitsRow) {
				AccumulatorRepository.Queued split = claimed.get(whole.size());
				this.table.replace(this.name, split.id(), split.items().from(room));
			}
			more = whole.size() < claimed.size() || claimed.size() == rowLimit;
		}
		return taken;
	}

	private static int positionsBefore(Position position, List<SliceRange> ranges) {
		Cut cut = Cut.before(position);
		return ranges.stream().mapToInt((range) -> Math.min(range.to(), cut.offsetIn(range.slice()))).sum();
	}

	/**
	 * Returns the first rows, as long as all of their items fit into the room.
	 */
	private static List<AccumulatorRepository.Queued> fitting(int room, List<AccumulatorRepository.Queued> rows) {
		int left = room;
		int count = 0;
		while (count < rows.size() && rows.get(count).items().length() <= left) {
			left -= rows.get(count).items().length();
			count++;
		}
		return rows.subList(0, count);
	}

	private Items.Portion<T> read(List<SliceRange> ranges) {
		Items.Portion<T> portion = this.items.read(ranges);
		if (!portion.gone().isEmpty()) {
			logger.debug("Left out of " + this + ", as they are gone: " + portion.gone());
		}
		return portion;
	}

	private List<T> readable(List<SliceRange> ranges) {
		Items.Portion<T> portion = read(ranges);
		portion.unreadable().stream().findFirst().ifPresent((first) -> {
			throw this.items.failure(first);
		});
		return portion.items();
	}

	private static SliceRange rangeOf(AccumulatorRepository.Queued row) {
		return SliceRange.all(slice(row));
	}

	private static Slice slice(AccumulatorRepository.Queued row) {
		return new Slice(row.id(), 0, row.items());
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
					List<AccumulatorRepository.Queued> rows = JpaAccumulator.this.rows.oldest(JpaAccumulator.this.name,
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
		return (buffer != null) ? buffer : TransactionBuffer.open(this.table, session, this.table::append, (name) -> {
		});
	}

	@Override
	public String toString() {
		return this.items.structure();
	}

}
