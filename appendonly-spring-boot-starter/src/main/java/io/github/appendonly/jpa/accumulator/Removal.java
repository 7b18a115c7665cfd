package io.github.appendonly.jpa.accumulator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

import io.github.appendonly.Unreadable;
import io.github.appendonly.jpa.item.ItemConversionException;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.SliceRange;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.table.AccumulatorTable.Queued;
import io.github.appendonly.jpa.transaction.Transactions;

/**
 * Removes items from accumulators that meet a condition.
 */
public final class Removal {

	/*
	 * The condition is application code, so it is asked about rows that are read without
	 * a lock. Then each row is locked, and written if it is still the same. This waits
	 * for a consumer that has the row: after it, the row is gone, or there again. A row
	 * that was consumed in part is looked at again.
	 */

	private static final int ROWS = 200;

	private final Transactions transactions;

	private final AccumulatorTable table;

	public Removal(Transactions transactions, AccumulatorTable table) {
		this.transactions = transactions;
		this.table = table;
	}

	/**
	 * Removes items.
	 * @param name the name of the accumulator
	 * @param items reads the items
	 * @param page reads rows after an id, at most as many as the limit says
	 * @param condition the condition
	 * @return the number of removed items
	 * @throws ItemConversionException if an item cannot be read, after all others
	 */
	public <T> long remove(String name, Items<T> items, BiFunction<Long, Integer, List<Queued>> page,
			Predicate<? super T> condition) {
		Objects.requireNonNull(condition, "condition");
		List<Unreadable> unreadable = new ArrayList<>();
		long removed = 0;
		long after = 0;
		List<Queued> rows;
		do {
			rows = page.apply(after, ROWS);
			for (Queued row : rows) {
				removed += remove(name, items, row, condition, unreadable);
				after = row.id();
			}
		}
		while (rows.size() == ROWS);
		if (!unreadable.isEmpty()) {
			throw items.failure(unreadable.get(0));
		}
		return removed;
	}

	private <T> int remove(String name, Items<T> items, Queued first, Predicate<? super T> condition,
			List<Unreadable> unreadable) {
		Optional<Queued> row = Optional.of(first);
		while (row.isPresent()) {
			Queued read = row.get();
			Set<Integer> met = met(items, read, condition, unreadable);
			if (met.isEmpty()) {
				return 0;
			}
			Optional<Queued> now = this.transactions.inCallersOrOwn("accumulator '" + name + "'",
					() -> this.transactions.allOrNothing(() -> write(name, items, read, met)));
			if (now.equals(row)) {
				return met.size();
			}
			row = now;
		}
		return 0;
	}

	private static <T> Set<Integer> met(Items<T> items, Queued row, Predicate<? super T> condition,
			List<Unreadable> unreadable) {
		Set<Integer> met = new HashSet<>();
		Items.Portion<T> portion = items.read(List.of(SliceRange.all(slice(row))));
		portion.unreadable().stream().limit(1).forEach(unreadable::add);
		portion.entries().forEach((entry) -> {
			if (condition.test(entry.item())) {
				met.add(entry.position().index());
			}
		});
		return met;
	}

	/**
	 * Writes the rest of a row, if the row is as it was read.
	 * @return the row as it was before; nothing if it is gone
	 */
	private Optional<Queued> write(String name, Items<?> items, Queued read, Set<Integer> met) {
		Optional<Queued> now = this.table.lock(name, read.id());
		if (now.isPresent() && now.get().equals(read)) {
			List<String> texts = items.texts(slice(read));
			List<String> rest = new ArrayList<>();
			for (int i = 0; i < texts.size(); i++) {
				if (!met.contains(i)) {
					rest.add(texts.get(i));
				}
			}
			if (rest.isEmpty()) {
				this.table.delete(name, List.of(read.id()));
			}
			else {
				this.table.update(name, read.id(), JsonArray.of(rest));
			}
		}
		return now;
	}

	private static StoredSlice slice(Queued row) {
		return StoredSlice.of(row.id(), 0, row.items());
	}

}
