package io.github.appendonly.jpa.table;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.Damage;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.DecodedSlices;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.StoredSlice;
import io.github.appendonly.state.ExpiryMark;
import org.jspecify.annotations.Nullable;

/**
 * The table of the archives. Statements run in the transaction of the calling thread.
 */
public final class ArchiveTable {

	/**
	 * A layer of an archive, with the counts up to it.
	 *
	 * @param generation the generation of the layer
	 * @param length the number of items in the layer
	 * @param layerCount the number of layers up to and including this one; expired layers
	 * count too
	 * @param itemCount the number of items up to and including this layer; expired items
	 * count too
	 */
	public record End(long generation, int length, long layerCount, long itemCount) {

		/** Stands for the end of an archive without layers. */
		public static final End NONE = new End(-1, 0, 0, 0);

		/**
		 * Returns the end of an archive without layers, whose first layer will be one
		 * that follows a layer that the stack no longer keeps.
		 * @param generation the generation of the first layer
		 * @param length the number of items in the layer before it
		 */
		public static End before(long generation, int length) {
			return (generation > 0) ? new End(generation - 1, length, 0, 0) : NONE;
		}

		/**
		 * Returns the cut after the newest item.
		 */
		public Cut cut() {
			return (this.layerCount > 0) ? new Cut(this.generation, this.length) : Cut.OLDEST;
		}

		End followedBy(long generation, int length) {
			return new End(generation, length, this.layerCount + 1, this.itemCount + length);
		}

	}

	/**
	 * A layer, and the link to the layer that was archived before it.
	 *
	 * @param slice the layer
	 * @param previousGeneration the generation of the layer before it; negative if there
	 * was none
	 * @param previousLength the number of items in the layer before it
	 * @param other the generation that the next newer layer of the archive follows, in
	 * reads backwards; the generation of the oldest layer that is kept, in reads
	 * forwards; null if there is no such layer
	 */
	public record Linked(StoredSlice slice, long previousGeneration, int previousLength, @Nullable Long other) {

		/**
		 * Returns whether a layer is the one that this one is linked to.
		 */
		public boolean follows(StoredSlice older) {
			return older.generation() == this.previousGeneration && older.length() == this.previousLength;
		}

		/**
		 * Returns whether this is the oldest layer that is kept, in reads forwards.
		 */
		public boolean isOldest() {
			return this.other != null && this.other == this.slice.generation();
		}

		/**
		 * Returns whether items after a cut are no longer kept: they have expired, or the
		 * archive began after them. This layer is the first one after the cut. If it is
		 * the first layer that was ever archived, the length of the layer before it is
		 * unknown.
		 */
		public boolean isExpired(Cut cut) {
			ExpiryMark mark = (this.previousGeneration >= 0)
					? new ExpiryMark(this.previousGeneration, this.previousLength)
					: ExpiryMark.before(this.slice.generation());
			return mark.expires(cut.generation(), cut.index());
		}

	}

	private static final String COLUMNS = "archive, generation, previous_generation, previous_length, length, items, stamp, "
			+ "archived_at, newest_at, layer_count, item_count";

	/** The layers that go to the archive, and the number of slices of each. */
	private static final String LEAVING = """
			, leaving as (
				select generation, count(*) as slices, sum(length) as length, max(written_at) as newest_at from (
					select generation, first_index, length, written_at from %s where stack = ? and generation >= ? and generation < ?
					union all select generation, first_index, length, statement_timestamp() from added where generation < ?) p
				where generation = any (?::bigint[]) and exists (select from head)
				group by generation
				having min(first_index) = 0 and sum(length) = max(first_index + length))""";

	private static final String ARCHIVED = """
			, archived as (
				insert into %1$s (%4$s)
				select ?, l.generation, coalesce(lag(l.generation) over w, e.generation, ?),
					coalesce(lag(l.length) over w, e.length, ?), l.length,
					coalesce(s.items, a.items, (select %3$s from (
						select first_index, items from %2$s where stack = ? and generation = l.generation
						union all select first_index, items from added where generation = l.generation) p)),
					coalesce(s.stamp, a.stamp, ? # l.generation), ?, l.newest_at, coalesce(e.layer_count, 0) + row_number() over w,
					coalesce(e.item_count, 0) + sum(l.length) over w
				from leaving l
					left join %2$s s on l.slices = 1 and s.stack = ? and s.generation = l.generation
					left join added a on l.slices = 1 and a.generation = l.generation
					left join (select generation, length, layer_count, item_count from %1$s
						where archive = ? order by generation desc limit 1) e on true
				window w as (order by l.generation)
				returning generation)""";

	/** Fails if not all layers have been archived, because their slices are damaged. */
	private static final String ALL_ARCHIVED = ", 1 / (case when (select count(*) from archived) = ? then 1 else 0 end)";

	/** The SQL state of such a failure. */
	static final String DIVISION_BY_ZERO = "22012";

	private static final String UP_TO = """
			select generation, length, stamp, %2$s, previous_generation, previous_length,
				(select n.previous_generation from %1$s n where n.archive = ? and n.generation > ?
					order by n.archive, n.generation fetch first 1 rows only) as link
			from %1$s where archive = ? and generation <= ?
			order by archive desc, generation desc fetch first ? rows only""";

	private static final String FROM = """
			select generation, length, stamp, %2$s, previous_generation, previous_length,
				(select o.generation from %1$s o where o.archive = ?
					order by o.archive, o.generation fetch first 1 rows only) as oldest
			from %1$s where archive = ? and generation >= ? and (generation > ? or length > ?)
			order by archive, generation fetch first ? rows only""";

	private static final String UNKNOWN_ITEMS = "case when stamp <> all (?::bigint[]) then items end";

	private static final String BROKEN_LINKS = """
			select generation, previous_generation, previous_length, layer_count, item_count, g, l, lc, ic, length
			from (select generation, previous_generation, previous_length, layer_count, item_count, length,
					lag(generation) over (order by generation) as g, lag(length) over (order by generation) as l,
					lag(layer_count) over (order by generation) as lc, lag(item_count) over (order by generation) as ic
				from %s where archive = ?) a
			where g is not null and (previous_generation <> g or previous_length <> l or layer_count <> lc + 1
				or item_count <> ic + length)
			order by generation fetch first ? rows only""";

	private final Statements statements;

	private final String table;

	private final String slices;

	private final String now;

	private final boolean portable;

	private final String upTo;

	private final String unknownUpTo;

	private final String from;

	private final String unknownFrom;

	ArchiveTable(Statements statements, Tables tables, boolean portable) {
		this.statements = statements;
		this.table = tables.archivedLayer();
		this.slices = tables.slice();
		this.now = tables.now();
		this.portable = portable;
		this.upTo = UP_TO.formatted(this.table, "items");
		this.unknownUpTo = UP_TO.formatted(this.table, UNKNOWN_ITEMS);
		this.from = FROM.formatted(this.table, "items");
		this.unknownFrom = FROM.formatted(this.table, UNKNOWN_ITEMS);
	}

	/**
	 * Returns the name of the table, for messages.
	 */
	public String name() {
		return this.table;
	}

	/**
	 * Returns the newest layer of an archive.
	 */
	public End end(String archive) {
		NativeStatement statement = new NativeStatement().add("""
				select generation, length, layer_count, item_count from %s
				where archive = ? order by archive desc, generation desc fetch first 1 rows only"""
			.formatted(this.table), archive);
		return this.statements
			.query(statement, (row) -> new End(row.getLong(1), row.getInt(2), row.getLong(3), row.getLong(4)))
			.orElse(End.NONE);
	}

	/**
	 * Returns the layers of an archive up to a generation, newest first.
	 * @param known layers whose texts are not needed
	 */
	public List<Linked> upTo(String archive, long generation, int limit, DecodedSlices known) {
		NativeStatement statement = leaves(known) ? new NativeStatement().add(this.unknownUpTo, known.stamps(), archive,
				generation, archive, generation, limit)
				: new NativeStatement().add(this.upTo, archive, generation, archive, generation, limit);
		return linked(statement, limit, known);
	}

	/**
	 * Returns the layers of an archive that have items after a cut, oldest first.
	 * @param known layers whose texts are not needed
	 */
	public List<Linked> from(String archive, Cut cut, int limit, DecodedSlices known) {
		NativeStatement statement = leaves(known)
				? new NativeStatement().add(this.unknownFrom, known.stamps(), archive, archive, cut.generation(),
						cut.generation(), cut.index(), limit)
				: new NativeStatement().add(this.from, archive, archive, cut.generation(), cut.generation(),
						cut.index(), limit);
		return linked(statement, limit, known);
	}

	private boolean leaves(DecodedSlices known) {
		return !this.portable && !known.isEmpty();
	}

	private List<Linked> linked(NativeStatement statement, int limit, DecodedSlices known) {
		List<Linked> layers = this.statements.queryAll(statement,
				(row) -> new Linked(known.slice(row.getLong(1), 0, row.getInt(2), row.getLong(3), row.getString(4)),
						row.getLong(5), row.getInt(6), row.getObject(7, Long.class)));
		known.found(layers.stream().map(Linked::slice).toList(), layers.size() < limit);
		return layers;
	}

	/**
	 * Returns the number of layers in an archive.
	 */
	public long layerCount(String archive) {
		return count(archive, "layer_count", "layer_count - 1", "", archive);
	}

	/**
	 * Returns the number of items in an archive.
	 */
	public long itemCount(String archive) {
		return count(archive, "item_count", "item_count - length", "", archive);
	}

	/**
	 * Returns the number of items after a cut. Expired items do not count.
	 */
	public long itemsAfter(String archive, Cut cut) {
		return count(archive, "item_count",
				"item_count - length + case when generation = ? then least(length, ?) else 0 end",
				"and generation >= ?", cut.generation(), cut.index(), archive, cut.generation());
	}

	/**
	 * Returns the difference of the counts at the two ends, as one statement sees them.
	 */
	private long count(String archive, String newest, String before, String condition, Object... parameters) {
		NativeStatement statement = new NativeStatement()
			.add("""
					select (select %2$s from %1$s where archive = ?
						order by archive desc, generation desc fetch first 1 rows only)""".formatted(this.table,
					newest), archive)
			.add("""
					- (select %2$s from %1$s where archive = ? %3$s
						order by archive, generation fetch first 1 rows only)""".formatted(this.table, before,
					condition), parameters);
		return this.statements.query(statement, (row) -> row.getLong(1)).orElse(0L);
	}

	/**
	 * Removes the oldest layers of an archive, up to the first one that was archived at a
	 * time or later. The newest layer always stays, because later layers are linked to
	 * it. The order of the layers decides, not their times alone, because the clocks of
	 * nodes differ.
	 * @return the number of removed layers
	 */
	public int expire(String archive, Instant before) {
		long newest = end(archive).generation();
		NativeStatement firstSince = new NativeStatement().add("""
				select generation from %s where archive = ? and archived_at >= ?
				order by archive, generation fetch first 1 rows only""".formatted(this.table), archive, atUtc(before));
		Optional<Long> since = this.statements.query(firstSince, (row) -> row.getLong(1));
		return update(new NativeStatement().add("delete from " + this.table + " where archive = ? and generation < ?",
				archive, Math.min(newest, since.orElse(newest))));
	}

	/**
	 * Adds a layer.
	 * @param archive the name of the archive
	 * @param end the newest end of the archive
	 * @param generation the generation of the layer
	 * @param items the items of the layer
	 * @param newestAt the time when the newest of the items was stored; null for now
	 * @return the new end
	 * @throws IllegalArgumentException if the layer is not newer than the end
	 */
	public End add(String archive, End end, long generation, JsonArray items, @Nullable Instant newestAt) {
		End next = endAfter(archive, end, generation, items.length());
		NativeStatement statement = new NativeStatement().add(
				"insert into " + this.table + " (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?", archive, generation,
				end.generation(), end.length(), items.length(), items.json(), SliceTable.newStamp(),
				atUtc(Instant.now()));
		if (newestAt != null) {
			statement.add(", ?", atUtc(newestAt));
		}
		else {
			statement.add(", " + this.now);
		}
		update(statement.add(", ?, ?)", next.layerCount(), next.itemCount()));
		return next;
	}

	/**
	 * Adds a layer that the stack of the same name stores in one slice, from index 0 on.
	 * Its items stay in the database.
	 * @param archive the name of the archive and the stack
	 * @param end the newest end of the archive
	 * @param generation the generation of the layer
	 * @param length the number of items in the layer
	 * @return the new end; empty if there is no such slice
	 * @throws IllegalArgumentException if the layer is not newer than the end
	 */
	public Optional<End> addFromStack(String archive, End end, long generation, int length) {
		End next = endAfter(archive, end, generation, length);
		int added = update(new NativeStatement().add("insert into " + this.table + " (" + COLUMNS + ")")
			.add("select stack, generation, cast(? as bigint), cast(? as integer), length, items, stamp, "
					+ "cast(? as timestamp(6) with time zone), written_at, cast(? as bigint), cast(? as bigint)",
					end.generation(), end.length(), atUtc(Instant.now()), next.layerCount(), next.itemCount())
			.add("from " + this.slices + " where stack = ? and generation = ? and first_index = 0", archive,
					generation));
		return (added == 1) ? Optional.of(next) : Optional.empty();
	}

	/**
	 * Removes all layers of an archive.
	 */
	public void deleteAll(String archive) {
		update(new NativeStatement().add("delete from " + this.table + " where archive = ?", archive));
	}

	/**
	 * Returns the damage of a layer.
	 */
	public Damage damage(String archive, long generation, String expected, String found) {
		return new Damage("archive '" + archive + "'", this.table, "generation " + generation, expected, found);
	}

	/**
	 * Returns the layers that do not fit the layer before them: their link, or the counts
	 * up to them.
	 */
	public List<Damage> brokenLinks(String archive, int limit) {
		NativeStatement statement = new NativeStatement().add(BROKEN_LINKS.formatted(this.table), archive, limit);
		return this.statements.queryAll(statement,
				(row) -> damage(archive, row.getLong(1),
						links(row.getLong(6), row.getInt(7), row.getLong(8) + 1, row.getLong(9) + row.getInt(10)),
						links(row.getLong(2), row.getInt(3), row.getLong(4), row.getLong(5))));
	}

	private static String links(long generation, int length, long layerCount, long itemCount) {
		return "previous_generation " + generation + ", previous_length " + length + ", layer_count " + layerCount
				+ ", item_count " + itemCount;
	}

	private int update(NativeStatement statement) {
		return this.statements.update(statement);
	}

	private static OffsetDateTime atUtc(Instant time) {
		return time.atOffset(ZoneOffset.UTC);
	}

	private static End endAfter(String archive, End end, long generation, int length) {
		requireNewer(archive, end, generation);
		return end.followedBy(generation, length);
	}

	/**
	 * Checks that a layer is newer than the newest layer of an archive.
	 * @param archive the name of the archive
	 * @param generation the generation of the layer
	 * @throws IllegalArgumentException if the archive has a layer of this generation or a
	 * newer one
	 */
	public void requireNewer(String archive, long generation) {
		requireNewer(archive, end(archive), generation);
	}

	private static void requireNewer(String archive, End end, long generation) {
		if (generation <= end.generation()) {
			throw new IllegalArgumentException("Cannot add generation " + generation + " to archive '" + archive
					+ "', whose newest is " + end.generation() + ": layers are added in ascending order");
		}
	}

	/**
	 * Adds the condition that the archive has no layer of a generation or a newer one.
	 */
	void addNoneSince(NativeStatement statement, String archive, long generation) {
		statement.add("and not exists (select from " + this.table + " where archive = ? and generation >= ?)", archive,
				generation);
	}

	/**
	 * Adds the part of a batch's statement that moves layers from the stack of the same
	 * name to the archive. A layer that is stored in one slice moves as it is,
	 * compressed.
	 * @param pruned the layers that are pruned, some of which go to the archive
	 * @param prunedBefore the number of items in the layer before them
	 */
	void addMoveFromStack(NativeStatement statement, String archive, BatchStatement.Pruned pruned, int prunedBefore) {
		End before = End.before(pruned.continuesPruned() ? pruned.from() : 0, prunedBefore);
		statement.add(LEAVING.formatted(this.slices), archive, pruned.from(), pruned.to(), pruned.to(),
				pruned.archived().toArray(Long[]::new));
		statement.add(ARCHIVED.formatted(this.table, this.slices, SliceTable.JOINED, COLUMNS), archive,
				before.generation(), before.length(), archive, SliceTable.newStamp(), atUtc(Instant.now()), archive,
				archive);
	}

	/**
	 * Adds the column to the result of a batch's statement that makes it fail with
	 * {@link #DIVISION_BY_ZERO} if not all layers have been archived.
	 */
	void addAllArchived(NativeStatement statement, int layers) {
		statement.add(ALL_ARCHIVED, layers);
	}

}
