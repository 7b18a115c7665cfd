package io.github.appendonly.jpa.table;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.DecodedSlices;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.state.ExpiryMark;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages of stacks. A page is one statement, whose text is always the same, so that
 * drivers prepare it once.
 */
public final class SlicePages {

	/*
	 * The inbox is probed once, through its index. The texts of slices whose items are
	 * known, and of slices beyond the wanted items, do not leave the database: they may
	 * be large. H2 has no lateral subqueries, and hands over texts without copying them.
	 *
	 * The bounds on the generation keep the reading short on long stacks: a number of
	 * slices is never in more layers than that number.
	 *
	 * A lateral subquery gives its rows in order, but nothing guarantees it. So they are
	 * sorted here. Rows that are in order cost nothing.
	 */

	private static final Comparator<StoredSlice> OLDEST_FIRST = Comparator.comparingLong(StoredSlice::generation)
		.thenComparingInt(StoredSlice::firstIndex);

	/**
	 * A stack, its slices, and whether rows wait in its inbox, as one statement saw them.
	 *
	 * @param newestGeneration the generation of the stack's newest layer
	 * @param newestLength the number of items in the newest layer
	 * @param oldestGeneration the generation of the stack's oldest layer
	 * @param prunedLength the number of items in the layer before the oldest one
	 * @param slices the slices, in the order of the read; the last ones may lack the
	 * text, if the slices before them have the wanted items
	 * @param layerOfCutStored whether the layer of the cut is stored; only reads after a
	 * cut need it, if the first slice begins another layer
	 */
	public record Seen(long newestGeneration, int newestLength, long oldestGeneration, int prunedLength,
			List<StoredSlice> slices, boolean layerOfCutStored) {

		/**
		 * Returns the cut after the newest item that is placed.
		 */
		public Cut end() {
			return new Cut(this.newestGeneration, this.newestLength);
		}

		/**
		 * Returns whether items after a cut are no longer kept.
		 */
		public boolean isExpired(Cut cut) {
			return new ExpiryMark(this.oldestGeneration - 1, this.prunedLength).expires(cut.generation(), cut.index());
		}

	}

	/**
	 * What a statement has found.
	 *
	 * @param stack the stack; nothing if it has no row
	 * @param waiting whether rows wait in the inbox
	 * @param withoutStack whether there are slices without a row of the stack
	 */
	public record Found(Optional<Seen> stack, boolean waiting, boolean withoutStack) {
	}

	private static final String BEFORE = """
			select s.generation, s.length, s.oldest_generation, s.pruned_length, q.id,
				case when s.name is null and exists (select 1 from %2$s o where o.stack = n.name) then 1 else 0 end, 0,
				l.generation, l.first_index, l.length, l.stamp, %4$s
			from (select cast(? as varchar(200)) as name, cast(? as bigint) as gen, cast(? as integer) as idx,
					cast(? as bigint) as slices) n
				left join %1$s s on s.name = n.name
				left join lateral (select q.id from %3$s q where q.name = n.name order by q.name, q.id limit 1) q on true
				left join lateral (
					select p.*, sum(case when p.generation = n.gen and p.first_index + p.length > n.idx
							then n.idx - p.first_index else p.length end)
						over (order by p.generation desc, p.first_index desc rows between unbounded preceding and 1 preceding)
						as items_before
					from (select * from %2$s l where l.stack = n.name
							and l.generation <= n.gen and l.generation >= least(s.generation, n.gen) - n.slices
							and (l.generation < n.gen or l.first_index < n.idx)
						order by l.stack desc, l.generation desc, l.first_index desc limit ?) p) l on true""";

	private static final String AFTER = """
			select s.generation, s.length, s.oldest_generation, s.pruned_length, q.id,
				case when s.name is null and exists (select 1 from %2$s o where o.stack = n.name) then 1 else 0 end,
				case when l.generation > n.gen and l.first_index = 0 and exists (select 1 from %2$s f
					where f.stack = n.name and f.generation = n.gen and f.first_index = 0) then 1 else 0 end,
				l.generation, l.first_index, l.length, l.stamp, %4$s
			from (select cast(? as varchar(200)) as name, cast(? as bigint) as gen, cast(? as integer) as idx,
					cast(? as bigint) as slices) n
				left join %1$s s on s.name = n.name
				left join lateral (select q.id from %3$s q where q.name = n.name order by q.name, q.id limit 1) q on true
				left join lateral (
					select p.*, sum(case when p.generation = n.gen and p.first_index < n.idx
							then p.first_index + p.length - n.idx else p.length end)
						over (order by p.generation, p.first_index rows between unbounded preceding and 1 preceding)
						as items_before
					from (select * from %2$s l where l.stack = n.name
							and l.generation >= n.gen and l.generation <= greatest(s.oldest_generation, n.gen) + n.slices
							and (l.generation > n.gen or l.first_index + l.length > n.idx)
						order by l.stack, l.generation, l.first_index limit ?) p) l on true""";

	private static final String WANTED = "case when coalesce(l.items_before, 0) < ? then l.items end";

	private static final String WANTED_AND_UNKNOWN = "case when coalesce(l.items_before, 0) < ?"
			+ " and l.stamp <> all (?::bigint[]) then l.items end";

	private static final String PORTABLE_BEFORE = """
			select s.generation, s.length, s.oldest_generation, s.pruned_length, q.id,
				case when s.name is null and exists (select 1 from %2$s o where o.stack = n.name) then 1 else 0 end, 0,
				l.generation, l.first_index, l.length, l.stamp, l.items
			from (select cast(? as varchar(200)) as name, cast(? as bigint) as gen, cast(? as integer) as idx,
					cast(? as bigint) as slices) n
				left join %1$s s on s.name = n.name
				left join (select min(i.id) as id from %3$s i where i.name = ?) q on 1 = 1
				left join %2$s l on l.stack = n.name and l.generation <= n.gen and l.generation >=
						case when s.generation < n.gen then s.generation else n.gen end - n.slices
					and (l.generation < n.gen or l.first_index < n.idx)
			order by l.generation desc, l.first_index desc fetch first ? rows only""";

	private static final String PORTABLE_AFTER = """
			select s.generation, s.length, s.oldest_generation, s.pruned_length, q.id,
				case when s.name is null and exists (select 1 from %2$s o where o.stack = n.name) then 1 else 0 end,
				case when l.generation > n.gen and l.first_index = 0 and exists (select 1 from %2$s f
					where f.stack = n.name and f.generation = n.gen and f.first_index = 0) then 1 else 0 end,
				l.generation, l.first_index, l.length, l.stamp, l.items
			from (select cast(? as varchar(200)) as name, cast(? as bigint) as gen, cast(? as integer) as idx,
					cast(? as bigint) as slices) n
				left join %1$s s on s.name = n.name
				left join (select min(i.id) as id from %3$s i where i.name = ?) q on 1 = 1
				left join %2$s l on l.stack = n.name and l.generation >= n.gen and l.generation <=
						case when s.oldest_generation > n.gen then s.oldest_generation else n.gen end + n.slices
					and (l.generation > n.gen or l.first_index + l.length > n.idx)
			order by l.generation, l.first_index fetch first ? rows only""";

	private final Statements statements;

	private final boolean portable;

	private final Direction newestFirst;

	private final Direction oldestFirst;

	/**
	 * The statements of one direction.
	 *
	 * @param all reads the texts of the wanted items
	 * @param unknown leaves out those with known stamps as well
	 * @param order the order of the slices
	 */
	private record Direction(String all, String unknown, Comparator<StoredSlice> order) {
	}

	SlicePages(Statements statements, Tables tables, boolean portable) {
		this.statements = statements;
		this.portable = portable;
		this.newestFirst = direction(tables, portable ? PORTABLE_BEFORE : BEFORE, OLDEST_FIRST.reversed());
		this.oldestFirst = direction(tables, portable ? PORTABLE_AFTER : AFTER, OLDEST_FIRST);
	}

	private static Direction direction(Tables tables, String sql, Comparator<StoredSlice> order) {
		return new Direction(sql.formatted(tables.stack(), tables.slice(), tables.inbox(), WANTED),
				sql.formatted(tables.stack(), tables.slice(), tables.inbox(), WANTED_AND_UNKNOWN), order);
	}

	/**
	 * Returns the texts of all statements.
	 */
	List<String> texts() {
		return List.of(this.newestFirst.all(), this.newestFirst.unknown(), this.oldestFirst.all(),
				this.oldestFirst.unknown());
	}

	/**
	 * Returns the number of slices for the first page of a read. Sealed layers have many
	 * items in one slice, but the newest items may be in slices of one item each.
	 * @param items the number of items that are wanted
	 */
	public int slicesFor(int items) {
		return this.portable ? Math.max(8, Math.min(64, items / 8)) : Math.min(64, Math.max(1, items));
	}

	/**
	 * Reads the slices of a stack that have items before a cut, newest first.
	 * @param stack the name of the stack
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param items the number of items that are wanted
	 * @param known slices whose texts are not needed
	 */
	public Found before(String stack, Cut cut, int limit, int items, DecodedSlices known) {
		return page(this.newestFirst, stack, cut, limit, items, known);
	}

	/**
	 * Reads the slices of a stack that have items after a cut, oldest first.
	 * @param stack the name of the stack
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param items the number of items that are wanted
	 * @param known slices whose texts are not needed
	 */
	public Found after(String stack, Cut cut, int limit, int items, DecodedSlices known) {
		return page(this.oldestFirst, stack, cut, limit, items, known);
	}

	private Found page(Direction direction, String stack, Cut cut, int limit, int items, DecodedSlices known) {
		NativeStatement statement = new NativeStatement();
		if (this.portable) {
			statement.add(direction.all(), stack, cut.generation(), cut.index(), (long) limit, stack, limit);
		}
		else if (known.isEmpty()) {
			statement.add(direction.all(), items, stack, cut.generation(), cut.index(), (long) limit, limit);
		}
		else {
			statement.add(direction.unknown(), items, known.stamps(), stack, cut.generation(), cut.index(),
					(long) limit, limit);
		}
		Found found = this.statements.queryWhole(statement, (rows) -> found(rows, direction.order(), known));
		List<StoredSlice> slices = found.stack().map(Seen::slices).orElse(List.of());
		known.found(slices, slices.size() < limit);
		return found;
	}

	private static Found found(ResultSet rows, Comparator<StoredSlice> order, DecodedSlices known) throws SQLException {
		if (!rows.next()) {
			throw new SQLException("The statement has returned no row");
		}
		boolean waiting = isPresent(rows, 5);
		if (!isPresent(rows, 1)) {
			return new Found(Optional.empty(), waiting, rows.getInt(6) == 1);
		}
		long newest = rows.getLong(1);
		int length = rows.getInt(2);
		long oldest = rows.getLong(3);
		int pruned = rows.getInt(4);
		boolean layerOfCut = rows.getInt(7) == 1;
		List<StoredSlice> slices = new ArrayList<>();
		if (isPresent(rows, 8)) {
			do {
				slices.add(slice(rows, known));
			}
			while (rows.next());
		}
		slices.sort(order);
		return new Found(Optional.of(new Seen(newest, length, oldest, pruned, slices, layerOfCut)), waiting, false);
	}

	private static boolean isPresent(ResultSet row, int column) throws SQLException {
		row.getLong(column);
		return !row.wasNull();
	}

	private static StoredSlice slice(ResultSet row, DecodedSlices known) throws SQLException {
		return known.slice(row.getLong(8), row.getInt(9), row.getInt(10), row.getLong(11), row.getString(12));
	}

}
