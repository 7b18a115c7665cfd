package io.github.appendonly.jpa.table;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

import io.github.appendonly.CorruptStructureException;
import io.github.appendonly.Damage;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;

/**
 * The table of the stacks' items. Statements run in the transaction of the calling
 * thread.
 * <p>
 * The methods that add to a statement are for PostgreSQL, where a batch is a single
 * statement. Its parts are named {@code head} (the stack's new row, or nothing if the row
 * has changed), {@code added} (the new slices) and {@code merged} (the slices of a layer
 * that is full now).
 */
public final class SliceTable {

	/**
	 * The number of stored items of a layer.
	 *
	 * @param generation the generation of the layer
	 * @param length the number of items in the layer
	 * @param slices the number of slices that the layer is stored in
	 * @param newestAt the time when the newest item was stored
	 */
	public record LayerLength(long generation, int length, long slices, Instant newestAt) {

		LayerLength(long generation, long length, long slices, Instant newestAt) {
			this(generation, Math.toIntExact(length), slices, newestAt);
		}

	}

	/**
	 * Joins the texts of the slices {@code p} to one array, without parsing them.
	 */
	static final String JOINED = """
			'[' || string_agg(substring(p.items from 2 for char_length(p.items) - 2), ',' order by p.first_index) || ']'""";

	/** The SQL state of a null in a column that has none. */
	static final String NOT_NULL_VIOLATION = "23502";

	private static final String COLUMNS = "stack, generation, first_index, length, items, stamp";

	private final Statements statements;

	private final String table;

	private final String stacks;

	private final String now;

	SliceTable(Statements statements, Tables tables) {
		this.statements = statements;
		this.table = tables.slice();
		this.stacks = tables.stack();
		this.now = tables.now();
	}

	/**
	 * Returns a stamp for a row that is about to be written. A reader that has the items
	 * of a stamp does not ask for them again, so no other items of the same structure may
	 * ever get it. Random numbers repeat themselves in JVMs that are restored from one
	 * checkpoint, but the time does not.
	 */
	static long newStamp() {
		return ThreadLocalRandom.current().nextLong() ^ System.nanoTime();
	}

	/**
	 * Returns the name of the table, for messages.
	 */
	public String name() {
		return this.table;
	}

	/**
	 * Adds a slice.
	 */
	public void insert(String stack, Slice slice) {
		update(new NativeStatement().add("insert into " + this.table + " (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?)",
				stack, slice.generation(), slice.firstIndex(), slice.items().length(), slice.items().json(),
				newStamp()));
	}

	/**
	 * Replaces the slices of a layer by the whole layer, with the items that the current
	 * transaction adds to it.
	 * @param stack the name of the stack
	 * @param layer the layer, as one slice
	 */
	public void replaceLayer(String stack, Slice layer) {
		update(new NativeStatement().add("""
				update %1$s set length = ?, items = ?, stamp = ?, written_at = (
						select max(case when p.written_at > %2$s then p.written_at else %2$s end) from %1$s p
						where p.stack = ? and p.generation = ?)
				where stack = ? and generation = ? and first_index = 0""".formatted(this.table, this.now),
				layer.items().length(), layer.items().json(), newStamp(), stack, layer.generation(), stack,
				layer.generation()));
		update(new NativeStatement().add(
				"delete from " + this.table + " where stack = ? and generation = ? and first_index > 0", stack,
				layer.generation()));
	}

	/**
	 * Removes layers.
	 * @param stack the name of the stack
	 * @param from the generation of the oldest layer
	 * @param to the generation after the newest layer
	 */
	public void deleteLayers(String stack, long from, long to) {
		update(new NativeStatement().add(
				"delete from " + this.table + " where stack = ? and generation >= ? and generation < ?", stack, from,
				to));
	}

	/**
	 * Returns the lengths of layers, oldest first.
	 * @param stack the name of the stack
	 * @param from the generation of the oldest layer
	 * @param to the generation after the newest layer
	 */
	public List<LayerLength> lengths(String stack, long from, long to) {
		NativeStatement statement = new NativeStatement().add("""
				select generation, sum(length), count(*), max(written_at) from %s
				where stack = ? and generation >= ? and generation < ?
				group by generation order by generation""".formatted(this.table), stack, from, to);
		return this.statements.queryAll(statement, (row) -> new LayerLength(row.getLong(1), row.getLong(2),
				row.getLong(3), row.getObject(4, OffsetDateTime.class).toInstant()));
	}

	/**
	 * Returns the slices of a layer, in order.
	 */
	public List<Slice> layer(String stack, long generation) {
		NativeStatement statement = new NativeStatement().add("""
				select generation, first_index, length, items from %s
				where stack = ? and generation = ? order by first_index""".formatted(this.table), stack, generation);
		return this.statements.queryAll(statement,
				(row) -> new Slice(row.getLong(1), row.getInt(2), row.getInt(3), row.getString(4)));
	}

	/**
	 * Returns the exception for slices of a stack that has no row, if there are any.
	 */
	public Optional<CorruptStructureException> withoutStack(String stack) {
		NativeStatement statement = new NativeStatement().add("""
				select generation, first_index from %s where stack = ? and not exists (select 1 from %s where name = ?)
				fetch first 1 rows only""".formatted(this.table, this.stacks), stack, stack);
		return this.statements.query(statement,
				(row) -> corrupt(stack, row.getLong(1), "a row of the stack in " + this.stacks,
						"none, although there are slices, for example with first_index " + row.getInt(2)));
	}

	/**
	 * Returns the exception for the slices of a layer.
	 */
	public CorruptStructureException corrupt(String stack, long generation, String expected, String found) {
		return new CorruptStructureException(damage(stack, generation, expected, found));
	}

	/**
	 * Returns the damage of the slices of a layer.
	 */
	public Damage damage(String stack, long generation, String expected, String found) {
		return new Damage("stack '" + stack + "'", this.table, "generation " + generation, expected, found);
	}

	private void update(NativeStatement statement) {
		this.statements.update(statement);
	}

	/**
	 * Adds the new length of the newest pruned layer to the update of the stack's row.
	 * @param added the number of items that the batch itself adds to that layer
	 */
	void addPrunedLength(NativeStatement statement, String stack, long generation, int added) {
		statement
			.add(", pruned_length = ? + coalesce((select sum(length) from %s where stack = ? and generation = ?), 0)"
				.formatted(this.table), added, stack, generation);
	}

	/**
	 * Adds the part {@code added}.
	 */
	void addNewSlices(NativeStatement statement, Collection<Slice> slices) {
		statement.add("""
				, added as (select a.* from unnest(?::bigint[], ?::integer[], ?::integer[], ?::text[], ?::bigint[])
					a (generation, first_index, length, items, stamp) where exists (select from head))""",
				slices.stream().map(Slice::generation).toArray(Long[]::new),
				slices.stream().map(Slice::firstIndex).toArray(Integer[]::new),
				slices.stream().map((slice) -> slice.items().length()).toArray(Integer[]::new),
				slices.stream().map((slice) -> slice.items().json()).toArray(String[]::new),
				slices.stream().map((slice) -> newStamp()).toArray(Long[]::new));
	}

	/**
	 * Adds the part that stores the only new slice. It takes less of the server's time
	 * than parts for several slices.
	 */
	void addNewSlice(NativeStatement statement, String stack, Slice slice) {
		statement.add(
				", stored as (insert into " + this.table + " (" + COLUMNS + ") select ?, ?, ?, ?, ?, ? from head)",
				stack, slice.generation(), slice.firstIndex(), slice.items().length(), slice.items().json(),
				newStamp());
	}

	/**
	 * Adds the part that stores the new slices of kept layers. The statement fails with
	 * {@link #NOT_NULL_VIOLATION} if the slices of the full layer are not consecutive.
	 * The full layer gets the stamp of the new slice in it, which is stored nowhere else.
	 * @param oldestGeneration the oldest layer that is kept
	 * @param newlySealed the layer that had slices before and is full now; it becomes one
	 * slice
	 */
	void addNewAndSealed(NativeStatement statement, String stack, long oldestGeneration, OptionalLong newlySealed) {
		if (newlySealed.isEmpty()) {
			statement.add("""
					, stored as (insert into %s (%s)
						select ?, generation, first_index, length, items, stamp from added where generation >= ?)"""
				.formatted(this.table, COLUMNS), stack, oldestGeneration);
			return;
		}
		statement.add("""
				, merged as (delete from %s where stack = ? and generation = ? and exists (select from head)
					returning generation, first_index, length, items, cast(null as bigint) as stamp, written_at)"""
			.formatted(this.table), stack, newlySealed.getAsLong());
		statement
			.add("""
					, stored as (insert into %s (%s, written_at)
						select ?, p.generation, min(p.first_index), case when min(p.first_index) = 0
							and sum(p.length) = max(p.first_index + p.length) then sum(p.length) end, %s, max(p.stamp), max(p.written_at)
						from (select * from merged union all select *, %s from added where generation >= ?) p
						group by p.generation)"""
				.formatted(this.table, COLUMNS, JOINED, this.now), stack, oldestGeneration);
	}

	/**
	 * Returns the number of items after a cut.
	 */
	public long itemsAfter(String stack, Cut cut) {
		NativeStatement statement = new NativeStatement().add(
				"select sum(first_index + length - case when generation = ? and first_index < ? then ? else first_index end)",
				cut.generation(), cut.index(), cut.index())
			.add("from " + this.table
					+ " where stack = ? and (generation > ? or (generation = ? and first_index + length > ?))", stack,
					cut.generation(), cut.generation(), cut.index());
		return this.statements.query(statement, (row) -> row.getLong(1)).orElse(0L);
	}

	/**
	 * Returns the number of items after a cut, or more than a limit. It reads no more
	 * rows than that, from the newest on: each has an item.
	 * @param atMost the limit
	 */
	public long itemsAfter(String stack, Cut cut, int atMost) {
		NativeStatement statement = new NativeStatement().add(
				"""
						select sum(n.first_index + n.length - case when n.generation = ? and n.first_index < ? then ?
							else n.first_index end)
						from (select generation, first_index, length from %s where stack = ? and generation >= ?
							and (generation > ? or first_index + length > ?)
							order by stack desc, generation desc, first_index desc fetch first ? rows only) n"""
					.formatted(this.table),
				cut.generation(), cut.index(), cut.index(), stack, cut.generation(), cut.generation(), cut.index(),
				atMost);
		return this.statements.query(statement, (row) -> row.getLong(1)).orElse(0L);
	}

	/**
	 * Adds the part that drops pruned layers.
	 */
	void addDeletion(NativeStatement statement, String stack, long from, long to) {
		statement.add("""
				, dropped as (delete from %s where stack = ? and generation >= ? and generation < ?
					and exists (select from head))""".formatted(this.table), stack, from, to);
	}

}
