package io.github.appendonly.jpa.accumulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.Unreadable;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.ItemConversionException;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.jpa.item.SliceRange;
import io.github.appendonly.jpa.table.AccumulatorTable.Queued;
import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Takes items out of accumulators, in the transaction of the calling thread.
 */
public final class Consumption {

	/*
	 * Rows are removed before their items are read, which takes one statement. What is
	 * not consumed then goes back under its id: the rest of the last row, and everything
	 * from an item on that cannot be read. Other transactions see the old rows until this
	 * one commits, and skip them because they are locked.
	 */

	private static final Log logger = LogFactory.getLog(Consumption.class);

	private static final int ROWS = 1000;

	private static final int ROWS_BY_ID = 200;

	private final Transactions transactions;

	private final AccumulatorTable table;

	private final boolean byOneStatement;

	/**
	 * Creates a consumption.
	 * @param byOneStatement whether the database is PostgreSQL, where rows are locked and
	 * removed by one statement
	 */
	public Consumption(Transactions transactions, AccumulatorTable table, boolean byOneStatement) {
		this.transactions = transactions;
		this.table = table;
		this.byOneStatement = byOneStatement;
	}

	/**
	 * What was taken out.
	 *
	 * @param items the items, without those that are gone
	 * @param unreadable the item that cannot be read, if one has ended the consumption
	 */
	private record Taken<T>(List<T> items, Optional<Unreadable> unreadable) {
	}

	/**
	 * Takes the oldest items out, up to the first one that cannot be read.
	 * @param name the name of the accumulator
	 * @param items reads the items
	 * @param limit the maximum number of items
	 * @return the items, oldest first
	 * @throws ItemConversionException if the first item cannot be read
	 */
	public <T> List<T> take(String name, Items<T> items, int limit) {
		Taken<T> taken = this.transactions.allOrNothing(() -> remove(name, items, limit));
		if (taken.items().isEmpty() && taken.unreadable().isPresent()) {
			throw items.failure(taken.unreadable().get());
		}
		return taken.items();
	}

	private <T> Taken<T> remove(String name, Items<T> items, int limit) {
		List<T> taken = new ArrayList<>();
		long after = 0;
		boolean more = true;
		while (more && taken.size() < limit) {
			int room = limit - taken.size();
			int maxRows = Math.min(this.byOneStatement ? ROWS : ROWS_BY_ID, room);
			List<Queued> rows = removeRows(name, after, maxRows, room);
			List<SliceRange> ranges = ranges(rows, room);
			Items.Portion<T> portion = items.read(ranges);
			Optional<Unreadable> unreadable = portion.unreadable().stream().findFirst();
			if (unreadable.isPresent()) {
				ranges = before(unreadable.get().position(), ranges);
				portion = items.read(ranges);
			}
			if (!portion.gone().isEmpty()) {
				logger.debug("Left out of accumulator '" + name + "', as they are gone: " + portion.gone());
			}
			taken.addAll(portion.items());
			ranges.forEach((range) -> putBack(name, range));
			if (unreadable.isPresent()) {
				return new Taken<>(taken, unreadable);
			}
			more = rows.size() == maxRows || length(rows) >= room;
			after = ranges.isEmpty() ? after : lastWhole(ranges);
		}
		return new Taken<>(taken, Optional.empty());
	}

	private List<Queued> removeRows(String name, long after, int maxRows, int room) {
		if (this.byOneStatement) {
			return this.table.take(name, after, maxRows, room);
		}
		List<Queued> rows = reaching(room, this.table.claim(name, after, maxRows));
		if (!rows.isEmpty()) {
			this.table.delete(name, rows.stream().map(Queued::id).toList());
		}
		return rows;
	}

	/**
	 * Returns the first rows, up to the one whose items reach the limit.
	 */
	private static List<Queued> reaching(int room, List<Queued> rows) {
		int count = 0;
		while (count < rows.size() && length(rows.subList(0, count)) < room) {
			count++;
		}
		return rows.subList(0, count);
	}

	private static long length(List<Queued> rows) {
		return rows.stream().mapToLong((row) -> row.items().length()).sum();
	}

	/**
	 * Returns the items of all rows, and those of the last row as far as there is room.
	 */
	private static List<SliceRange> ranges(List<Queued> rows, int room) {
		List<SliceRange> ranges = new ArrayList<>(rows.size());
		int left = room;
		for (Queued row : rows) {
			int length = Math.min(row.items().length(), left);
			ranges.add(new SliceRange(new Slice(row.id(), 0, row.items()), 0, length));
			left -= length;
		}
		return ranges;
	}

	private static List<SliceRange> before(Position position, List<SliceRange> ranges) {
		Cut cut = Cut.before(position);
		return ranges.stream()
			.map((range) -> new SliceRange(range.slice(), 0, Math.min(range.to(), cut.offsetIn(range.slice()))))
			.toList();
	}

	private void putBack(String name, SliceRange consumed) {
		JsonArray items = consumed.slice().items();
		if (consumed.length() < items.length()) {
			this.table.insert(name, consumed.slice().generation(),
					(consumed.length() > 0) ? items.from(consumed.length()) : items);
		}
	}

	/**
	 * Returns the id up to which all rows are consumed.
	 */
	private static long lastWhole(List<SliceRange> ranges) {
		SliceRange last = ranges.get(ranges.size() - 1);
		long id = last.slice().generation();
		return (last.length() == last.slice().items().length()) ? id : id - 1;
	}

}
