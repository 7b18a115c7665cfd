package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.Slice;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read many stacks on PostgreSQL, and write a batch to each of them,
 * however many they are. Each statement commits by itself.
 */
public final class ManyStacksStatement {

	/*
	 * Neither statement ever waits for another transaction. That transaction may be an
	 * application's, which places items on several stacks in any order: if this one held
	 * a row that it needs, both would wait for ever. Rows that others have locked are
	 * skipped. Rows are only created with an advisory lock on their names, which every
	 * transaction takes that creates a row: the insert would wait for it.
	 *
	 * There are only two forms of the statement that writes: PostgreSQL plans each form
	 * anew on each connection, which takes longer than to execute it.
	 *
	 * All parts that write depend on "written", the new rows of the stacks. A stack that
	 * is no longer as its plan found it is left out. The others do not notice.
	 *
	 * Rows are found by their physical locations (their ctids), not by the index. While
	 * an old snapshot is held, the index leads through all versions that a row has had
	 * since.
	 */

	/** The class of our advisory locks. It is an arbitrary number. */
	private static final int LOCKS = 0x617070;

	/** The size in bytes up to which rows of inboxes are read for many stacks at once. */
	private static final int MAX_ROW_SIZE = 16_384;

	private static final String INBOX_IS_EMPTY = "(select 1 from %s q where q.name = i.name order by q.id limit 1) is null";

	/**
	 * A stack as it was read.
	 *
	 * @param head the row of the stack, or null if there is none
	 * @param ctid the physical location of that row
	 * @param waiting the first rows of the inbox
	 * @param places the physical locations of these rows
	 * @param sound whether the row and the inbox are as they should be, and small enough
	 * to be placed with others
	 */
	public record Found(@Nullable StackHead head, @Nullable String ctid, List<InboxEntry> waiting, List<String> places,
			boolean sound) {

		private static final Found NOTHING = new Found(null, null, List.of(), List.of(), true);

	}

	/**
	 * Everything that is written to one stack. No layer becomes full that had slices
	 * before, none is pruned, and limits stay as they are.
	 *
	 * @param stack the name of the stack
	 * @param ctid the physical location of the stack's row, or null if there is none
	 * @param version the version of that row as the plan found it
	 * @param after the new row
	 * @param onlyIfInboxIsEmpty whether the inbox must be empty
	 * @param taken the ids of the inbox rows that are placed
	 * @param places the physical locations of these rows
	 * @param slices the new slices
	 */
	public record Content(String stack, @Nullable String ctid, long version, StackHead after,
			boolean onlyIfInboxIsEmpty, List<Long> taken, List<String> places, List<Slice> slices) {
	}

	private record Read(int number, @Nullable StackHead head, @Nullable String ctid, boolean sound,
			@Nullable InboxEntry waiting, @Nullable String place) {
	}

	private record Written(int number, String ctid) {
	}

	private final Tables tables;

	ManyStacksStatement(Tables tables) {
		this.tables = tables;
	}

	/**
	 * Reads stacks to place items on them.
	 * @param connection the connection
	 * @param stacks the names of the stacks
	 * @param limit the maximum number of rows to read of each inbox
	 * @return the stacks, in the same order
	 */
	public List<Found> read(Connection connection, List<String> stacks, int limit) throws SQLException {
		List<Read> rows = new NativeStatement().byIndex(StackHead.COUNT + 6 + InboxEntry.COUNT)
			.add("""
					select %s, s.ctid, i.n, e.generation, e.length, q.ctid, q.small, %s
					from unnest(?::text[]) with ordinality i (name, n)
						left join lateral (select s.*, s.ctid from %s s where s.name = i.name limit 1) s on true
						left join lateral (select p.generation, p.first_index + p.length as length from %s p
							where p.stack = i.name order by p.generation desc, p.first_index desc limit 1) e on true
						left join lateral (select q.id, q.length, q.max_layers, q.max_length, q.archived, q.has_pruner,
							%s, q.item_keys, q.ctid, c.small, case when c.small then q.items end as items
							from %s q, lateral (select pg_column_size(q.items) <= %d as small) c
							where q.name = i.name order by q.id limit ?) q on true
					order by i.n, q.id""".formatted(StackHead.COLUMNS, InboxEntry.COLUMNS, this.tables.stack(),
					this.tables.slice(), StackLimits.columnsOf("q"), this.tables.inbox(), MAX_ROW_SIZE),
					stacks.toArray(String[]::new), limit)
			.queryAll(connection, ManyStacksStatement::read);
		List<List<Read>> byStack = IntStream.range(0, stacks.size())
			.<List<Read>>mapToObj((i) -> new ArrayList<>(1))
			.toList();
		rows.forEach((row) -> byStack.get(row.number() - 1).add(row));
		return byStack.stream().map(ManyStacksStatement::found).toList();
	}

	private static Read read(ResultSet row) throws SQLException {
		int at = StackHead.COUNT;
		String ctid = row.getString(at + 1);
		StackHead head = (ctid != null) ? StackHead.read(row) : null;
		boolean fits = (head != null) ? StackTable.WithEnd.read(row, at + 3).fits() : row.getObject(at + 3) == null;
		boolean small = row.getObject(at + 6) == null || row.getBoolean(at + 6);
		InboxEntry waiting = (row.getObject(at + 7) != null && small) ? InboxEntry.read(row, at + 7) : null;
		boolean sound = fits && small && (waiting == null || waiting.flaw().isEmpty());
		return new Read(row.getInt(at + 2), head, ctid, sound, waiting, row.getString(at + 5));
	}

	private static Found found(List<Read> rows) {
		if (rows.isEmpty()) {
			return Found.NOTHING;
		}
		List<InboxEntry> waiting = new ArrayList<>();
		List<String> places = new ArrayList<>();
		for (Read row : rows) {
			if (row.waiting() != null && row.place() != null) {
				waiting.add(row.waiting());
				places.add(row.place());
			}
		}
		return new Found(rows.get(0).head(), rows.get(0).ctid(), waiting, places, rows.stream().allMatch(Read::sound));
	}

	/**
	 * Writes to each of some stacks, if it is as its plan found it and if nobody else has
	 * it locked. If a row of an inbox is no longer there, the statement fails.
	 * @param connection the connection
	 * @param contents what is written, for different stacks; at least one
	 * @return for each stack, in the same order, the physical location of its new row, or
	 * null if nothing was written
	 */
	public List<@Nullable String> write(Connection connection, List<Content> contents) throws SQLException {
		boolean onlyUpdates = contents.stream()
			.allMatch((content) -> content.ctid() != null && content.taken().isEmpty());
		NativeStatement statement = new NativeStatement().byIndex(onlyUpdates ? 2 : 3);
		addInput(statement, contents);
		addUpdated(statement);
		if (onlyUpdates) {
			statement.add(", written as materialized (select n, place, name from updated)");
			addSlices(statement, contents);
			statement.add("select n, place from written");
		}
		else {
			addCreated(statement);
			statement.add("""
					, written as materialized (select n, place, name from updated
						union all select f.n, c.place, f.name from created c join fresh f on f.version = c.version)""");
			addSlices(statement, contents);
			addTaken(statement, contents);
			statement.add("select n, place, (select 1 / (complete::integer) from taken) from written");
		}
		List<@Nullable String> places = new ArrayList<>(Collections.nCopies(contents.size(), null));
		statement.queryAll(connection, (row) -> new Written(row.getInt(1), row.getString(2)))
			.forEach((row) -> places.set(row.number() - 1, row.ctid()));
		return places;
	}

	private static void addInput(NativeStatement statement, List<Content> contents) {
		statement.add(
				"""
						with input as materialized (select i.*, i.place::tid as tid from unnest(?::text[], ?::text[], ?::bigint[],
								?::boolean[], ?::integer[], ?::integer[], ?::boolean[], ?::boolean[], ?::bigint[], ?::integer[],
								?::bigint[], ?::bigint[]) with ordinality i (name, place, before, empty, max_layers, max_length,
								archived, has_pruner, generation, length, oldest_generation, version, n))""",
				array(contents, Content::stack, String[]::new), array(contents, Content::ctid, String[]::new),
				array(contents, Content::version, Long[]::new),
				array(contents, Content::onlyIfInboxIsEmpty, Boolean[]::new),
				array(contents, (content) -> content.after().maxLayers(), Integer[]::new),
				array(contents, (content) -> content.after().maxLength(), Integer[]::new),
				array(contents, (content) -> content.after().archived(), Boolean[]::new),
				array(contents, (content) -> content.after().hasPruner(), Boolean[]::new),
				array(contents, (content) -> content.after().generation(), Long[]::new),
				array(contents, (content) -> content.after().length(), Integer[]::new),
				array(contents, (content) -> content.after().oldestGeneration(), Long[]::new),
				array(contents, (content) -> content.after().version(), Long[]::new));
	}

	private static <V> V[] array(List<Content> contents, Function<Content, @Nullable V> value, IntFunction<V[]> type) {
		return contents.stream().map(value).toArray(type);
	}

	/**
	 * The version is compared outside of the subquery. So PostgreSQL expects few rows,
	 * and then it looks each of them up.
	 */
	private void addUpdated(NativeStatement statement) {
		statement
			.add("""
					, free as materialized (select i.* from input i, lateral (select s.version from %s s
							where s.ctid = i.tid and s.name = i.name for no key update skip locked) s
						where s.version = i.before and (not i.empty or %s))
					, updated as (update %s s set max_layers = f.max_layers, max_length = f.max_length, archived = f.archived,
							has_pruner = f.has_pruner, generation = f.generation, length = f.length,
							oldest_generation = f.oldest_generation, version = f.version
						from free f where s.ctid = f.tid and s.name = f.name and s.version = f.before
						returning f.n, s.ctid as place, f.name)"""
				.formatted(this.tables.stack(), INBOX_IS_EMPTY.formatted(this.tables.inbox()), this.tables.stack()));
	}

	private void addCreated(NativeStatement statement) {
		statement.add("""
				, fresh as materialized (select i.* from input i
					where case when i.tid is null then pg_try_advisory_xact_lock(%d, hashtext(i.name)) else false end
						and (not i.empty or %s)
						and (select 1 from %s p where p.stack = i.name order by p.generation limit 1) is null)
				, created as (insert into %s (name, max_layers, max_length, archived, has_pruner, generation, length,
						oldest_generation, pruned_length, version)
					select name, max_layers, max_length, archived, has_pruner, generation, length, oldest_generation, 0,
						version from fresh on conflict (name) do nothing
					returning version, ctid as place)""".formatted(LOCKS, INBOX_IS_EMPTY.formatted(this.tables.inbox()),
				this.tables.slice(), this.tables.stack()));
	}

	private void addSlices(NativeStatement statement, List<Content> contents) {
		List<Integer> numbers = new ArrayList<>();
		List<Slice> slices = new ArrayList<>();
		for (int i = 0; i < contents.size(); i++) {
			for (Slice slice : contents.get(i).slices()) {
				numbers.add(i + 1);
				slices.add(slice);
			}
		}
		statement.add(
				"""
						, stored as (insert into %s (stack, generation, first_index, length, items, stamp)
							select w.name, a.generation, a.first_index, a.length, a.items, a.stamp
							from unnest(?::integer[], ?::bigint[], ?::integer[], ?::integer[], ?::text[], ?::bigint[])
								a (n, generation, first_index, length, items, stamp) join written w on w.n = a.n)"""
					.formatted(this.tables.slice()),
				numbers.toArray(Integer[]::new), slices.stream().map(Slice::generation).toArray(Long[]::new),
				slices.stream().map(Slice::firstIndex).toArray(Integer[]::new),
				slices.stream().map(Slice::items).map(JsonArray::length).toArray(Integer[]::new),
				slices.stream().map(Slice::items).map(JsonArray::json).toArray(String[]::new),
				slices.stream().map((slice) -> SliceTable.newStamp()).toArray(Long[]::new));
	}

	private void addTaken(NativeStatement statement, List<Content> contents) {
		List<Integer> numbers = new ArrayList<>();
		List<Long> ids = new ArrayList<>();
		List<String> places = new ArrayList<>();
		for (int i = 0; i < contents.size(); i++) {
			Content content = contents.get(i);
			numbers.addAll(Collections.nCopies(content.taken().size(), i + 1));
			ids.addAll(content.taken());
			places.addAll(content.places());
		}
		statement.add(
				"""
						, gone as materialized (select w.name, t.id, t.place::tid as tid
							from unnest(?::integer[], ?::bigint[], ?::text[]) t (n, id, place) join written w on w.n = t.n)
						, deleted as (delete from %s q using gone g where q.ctid = g.tid and q.name = g.name and q.id = g.id
							returning 1)
						, taken as (select (select count(*) from deleted) = (select count(*) from gone) as complete)"""
					.formatted(this.tables.inbox()),
				numbers.toArray(Integer[]::new), ids.toArray(Long[]::new), places.toArray(String[]::new));
	}

	/**
	 * Returns the statement that makes a transaction the only one that may create the row
	 * of a stack. It waits for another one that may.
	 */
	static NativeStatement lockName(String stack) {
		return new NativeStatement().add("select true from pg_advisory_xact_lock(" + LOCKS + ", hashtext(?))", stack);
	}

	/**
	 * Returns the statement that does the same without waiting. Its result is whether
	 * that succeeded.
	 */
	static NativeStatement tryLockName(String stack) {
		return new NativeStatement().add("select pg_try_advisory_xact_lock(" + LOCKS + ", hashtext(?))", stack);
	}

}
