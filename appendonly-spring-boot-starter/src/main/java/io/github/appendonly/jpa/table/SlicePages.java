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
	 * The inbox is probed once, through its index. Texts of slices whose items are known
	 * do not leave the database. H2 has no lateral subqueries, and hands over texts
	 * without copying them.
	 *
	 * A page has slices of the layers that hold the wanted items, as far as the stack's
	 * row tells: sealed layers are large, and the newest layer may have a slice for each
	 * item. So a page that is short of items need not be the last one.
	 *
	 * A lateral subquery gives its rows in order, but nothing guarantees it. So they are
	 * sorted here. Rows that are in order cost nothing.
	 */

	private static final Comparator<StoredSlice> OLDEST_FIRST = Comparator.comparingLong(StoredSlice::generation)
		.thenComparingInt(StoredSlice::firstIndex);

	/**
	 * A stack and its slices, as one statement saw them.
	 *
	 * @param newestGeneration the generation of the stack's newest layer
	 * @param newestLength the number of items in the newest layer
	 * @param oldestGeneration the generation of the stack's oldest layer
	 * @param prunedLength the number of items in the layer before the oldest one
	 * @param maxLength the number of items that a layer takes
	 * @param waiting whether rows wait in the inbox
	 * @param layerOfCutStored whether the layer of the cut is stored, if a read after the
	 * cut begins with another layer
	 * @param slices the slices, in the order of the read
	 */
	public record Seen(long newestGeneration, int newestLength, long oldestGeneration, int prunedLength, int maxLength,
			boolean waiting, boolean layerOfCutStored, List<StoredSlice> slices) {

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
			return mark().expires(cut.generation(), cut.index());
		}

		/**
		 * Returns the newest layer that is not kept.
		 */
		public ExpiryMark mark() {
			return new ExpiryMark(this.oldestGeneration - 1, this.prunedLength);
		}

		/**
		 * Returns the oldest layer that a read before a cut looks at.
		 * @param items the number of items that are wanted
		 */
		public long oldestOfPage(Cut cut, int items) {
			Cut from = (cut.generation() > this.newestGeneration) ? end() : cut;
			return from.generation() - (Math.max(items - (long) from.index(), 0) + this.maxLength - 1) / this.maxLength;
		}

		/**
		 * Returns the newest layer that a read after a cut looks at.
		 * @param items the number of items that are wanted
		 */
		public long newestOfPage(Cut cut, int items) {
			Cut from = (cut.generation() < this.oldestGeneration) ? new Cut(this.oldestGeneration, 0) : cut;
			return from.generation() + 1 + ((long) items + from.index()) / this.maxLength;
		}

	}

	private static final String SELECT = """
			select s.generation, s.length, s.oldest_generation, s.pruned_length, s.max_length, %s, %s,
				l.generation, l.first_index, l.length, l.stamp, %s
			from (select cast(? as varchar(200)) as name, cast(? as bigint) as gen, cast(? as integer) as idx,
					cast(? as bigint) as items) n
				join %s s on s.name = n.name
			""";

	private static final String WAITING = "(select q.id from %s q where q.name = n.name order by q.name, q.id limit 1)";

	private static final String LAYER_OF_CUT = """
			case when l.generation > n.gen and l.first_index = 0 and exists (select 1 from %s f
				where f.stack = n.name and f.generation = n.gen and f.first_index = 0) then 1 else 0 end""";

	private static final String UNKNOWN_ITEMS = "case when l.stamp <> all (?::bigint[]) then l.items end";

	private static final String LATERAL = """
			left join lateral (select l.generation, l.first_index, l.length, l.stamp, l.items
				from %s l where l.stack = n.name %s %s limit ?) l on true""";

	private static final String PORTABLE = """
			left join (select min(i.id) as id from %s i where i.name = ?) q on 1 = 1
			left join %s l on l.stack = n.name %s %s fetch first ? rows only""";

	private static final String BEFORE = """
			and l.generation <= n.gen and (l.generation < n.gen or l.first_index < n.idx)
			and l.generation >= case
				when n.gen > s.generation and n.items > s.length
					then s.generation - (n.items - s.length + s.max_length - 1) / s.max_length
				when n.gen > s.generation then s.generation
				when n.items > n.idx then n.gen - (n.items - n.idx + s.max_length - 1) / s.max_length
				else n.gen end
			""";

	private static final String NEWEST_FIRST = "order by l.stack desc, l.generation desc, l.first_index desc";

	private static final String AFTER = """
			and l.generation >= n.gen and (l.generation > n.gen or l.first_index + l.length > n.idx)
			and l.generation <= case
				when n.gen < s.oldest_generation then s.oldest_generation + 1 + n.items / s.max_length
				else n.gen + 1 + (n.items + n.idx) / s.max_length end
			""";

	private static final String OLDEST_FIRST_ORDER = "order by l.stack, l.generation, l.first_index";

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
		this.newestFirst = direction(tables, "0", BEFORE, NEWEST_FIRST, OLDEST_FIRST.reversed());
		this.oldestFirst = direction(tables, LAYER_OF_CUT, AFTER, OLDEST_FIRST_ORDER, OLDEST_FIRST);
	}

	private Direction direction(Tables tables, String layer, String condition, String order,
			Comparator<StoredSlice> slices) {
		String layerOfCut = layer.formatted(tables.slice());
		if (this.portable) {
			String sql = SELECT.formatted("q.id", layerOfCut, "l.items", tables.stack())
					+ PORTABLE.formatted(tables.inbox(), tables.slice(), condition, order);
			return new Direction(sql, sql, slices);
		}
		String waiting = WAITING.formatted(tables.inbox());
		String rows = LATERAL.formatted(tables.slice(), condition, order);
		return new Direction(SELECT.formatted(waiting, layerOfCut, "l.items", tables.stack()) + rows,
				SELECT.formatted(waiting, layerOfCut, UNKNOWN_ITEMS, tables.stack()) + rows, slices);
	}

	/**
	 * Returns the texts of all statements.
	 */
	List<String> texts() {
		return List.of(this.newestFirst.all(), this.newestFirst.unknown(), this.oldestFirst.all(),
				this.oldestFirst.unknown());
	}

	/**
	 * Reads the slices of a stack that have items before a cut, newest first.
	 * @param stack the name of the stack
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param items the number of items that are wanted
	 * @param known slices whose texts are not needed
	 * @return nothing if the stack has no row
	 */
	public Optional<Seen> before(String stack, Cut cut, int limit, int items, DecodedSlices known) {
		Optional<Seen> seen = page(this.newestFirst, stack, cut, limit, items, known);
		seen.ifPresent((page) -> known.found(page.slices(),
				page.slices().size() < limit && page.oldestOfPage(cut, items) <= page.oldestGeneration()));
		return seen;
	}

	/**
	 * Reads the slices of a stack that have items after a cut, oldest first.
	 * @param stack the name of the stack
	 * @param cut the cut
	 * @param limit the maximum number of slices
	 * @param items the number of items that are wanted
	 * @param known slices whose texts are not needed
	 * @return nothing if the stack has no row
	 */
	public Optional<Seen> after(String stack, Cut cut, int limit, int items, DecodedSlices known) {
		Optional<Seen> seen = page(this.oldestFirst, stack, cut, limit, items, known);
		seen.ifPresent((page) -> known.found(page.slices(),
				page.slices().size() < limit && page.newestOfPage(cut, items) >= page.newestGeneration()));
		return seen;
	}

	private Optional<Seen> page(Direction direction, String stack, Cut cut, int limit, int items, DecodedSlices known) {
		NativeStatement statement = new NativeStatement();
		if (this.portable) {
			statement.add(direction.all(), stack, cut.generation(), cut.index(), (long) items, stack, limit);
		}
		else if (known.isEmpty()) {
			statement.add(direction.all(), stack, cut.generation(), cut.index(), (long) items, limit);
		}
		else {
			statement.add(direction.unknown(), known.stamps(), stack, cut.generation(), cut.index(), (long) items,
					limit);
		}
		return this.statements.queryWhole(statement, (rows) -> seen(rows, direction.order(), known));
	}

	private static Optional<Seen> seen(ResultSet rows, Comparator<StoredSlice> order, DecodedSlices known)
			throws SQLException {
		if (!rows.next()) {
			return Optional.empty();
		}
		List<StoredSlice> slices = new ArrayList<>();
		Seen seen = new Seen(rows.getLong(1), rows.getInt(2), rows.getLong(3), rows.getInt(4), rows.getInt(5),
				isPresent(rows, 6), rows.getInt(7) == 1, slices);
		if (isPresent(rows, 8)) {
			do {
				slices.add(known.slice(rows.getLong(8), rows.getInt(9), rows.getInt(10), rows.getLong(11),
						rows.getString(12)));
			}
			while (rows.next());
		}
		slices.sort(order);
		return Optional.of(seen);
	}

	private static boolean isPresent(ResultSet row, int column) throws SQLException {
		row.getLong(column);
		return !row.wasNull();
	}

}
