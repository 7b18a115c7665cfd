package io.github.appendonly.jpa;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * Carries out plans on PostgreSQL, each by one statement.
 */
final class PostgresPlanWriter implements PlanWriter {

	/*
	 * All parts of the statement see the database as it was when the statement began. It
	 * begins with the stack's row, whose update waits for whoever has the row locked, and
	 * finds nothing if the row is no longer as the plan found it; all else depends on it.
	 *
	 * Items stay in the database when layers are put together or moved. Where a layer is
	 * one slice already, its text is moved as it is, compressed.
	 */

	private static final String JOINED = """
			'[' || string_agg(substring(p.items from 2 for char_length(p.items) - 2), ',' order by p.first_index) || ']'""";

	/** The layers that go to the archive, and in how many slices each of them is. */
	private static final String LEAVING = """
			, leaving as (
				select generation, count(*) as slices, sum(length) as length from (
					select generation, length from %s where stack = ? and generation >= ? and generation < ?
					union all select generation, length from added where generation < ?) p
				where generation = any (?) and exists (select from head)
				group by generation)""";

	private static final String ARCHIVED = """
			, archived as (
				insert into %1$s
					(archive, generation, previous_generation, previous_length, length, items, archived_at, layer_count,
						item_count)
				select ?, l.generation, coalesce(lag(l.generation) over w, e.generation, -1),
					coalesce(lag(l.length) over w, e.length, 0), l.length,
					coalesce(s.items, a.items, (select %3$s from (
						select first_index, items from %2$s where stack = ? and generation = l.generation
						union all select first_index, items from added where generation = l.generation) p)),
					?, coalesce(e.layer_count, 0) + row_number() over w,
					coalesce(e.item_count, 0) + sum(l.length) over w
				from leaving l
					left join %2$s s on l.slices = 1 and s.stack = ? and s.generation = l.generation
					left join added a on l.slices = 1 and a.generation = l.generation
					left join (select generation, length, layer_count, item_count from %1$s
						where archive = ? order by generation desc limit 1) e on true
				window w as (order by l.generation))""";

	/**
	 * What the plan was made from, and is true now.
	 */
	enum Premise {

		/** Nothing but the stack's row. */
		ROW,

		/** That nothing waits in the inbox, too. */
		EMPTY_INBOX

	}

	/**
	 * A stack's row as this class has left it.
	 *
	 * @param head the row
	 * @param place where it is, to find it without the index
	 */
	record Written(StackHead head, String place) {
	}

	private final Transactions transactions;

	private final Tables tables;

	PostgresPlanWriter(Transactions transactions, Tables tables) {
		this.transactions = transactions;
		this.tables = tables;
	}

	@Override
	public boolean write(String name, BatchPlan plan) {
		return this.transactions
			.onConnection((connection) -> write(connection, name, plan, Premise.ROW, null).isPresent());
	}

	/**
	 * Writes a plan, if what it was made from is still true.
	 * @param connection the connection
	 * @param name the name of the stack
	 * @param plan the plan
	 * @param premise what must be true
	 * @param place where the stack's row is, or null if that is not known
	 * @return the stack's new row, or nothing if nothing was written
	 */
	Optional<Written> write(Connection connection, String name, BatchPlan plan, Premise premise, @Nullable String place)
			throws SQLException {
		NativeStatement statement = new NativeStatement();
		addHead(statement, name, plan, premise, place);
		addAdditions(statement, plan);
		if (!plan.taken().isEmpty()) {
			statement.add(", taken as (delete from " + this.tables.inbox() + " where name = ? and id = any (?)"
					+ " and exists (select from head))", name, ids(plan.taken()));
		}
		if (!plan.prunings().isEmpty()) {
			addPruning(statement, name, plan);
		}
		addSlices(statement, name, plan);
		statement.add("select pruned_length, place from head");
		return statement.query(connection, (rows) -> written(plan, rows));
	}

	private static Written written(BatchPlan plan, ResultSet rows) throws SQLException {
		StackHead head = plan.after(rows.getInt(1));
		return new Written(head.withVersion(head.version() + 1), rows.getString(2));
	}

	private void addHead(NativeStatement statement, String name, BatchPlan plan, Premise premise,
			@Nullable String place) {
		StackHead before = plan.before();
		StackHead after = plan.after(before.prunedLength());
		statement.add(
				"""
						with head as (update %s set max_layers = ?, max_length = ?, archived = ?, has_pruner = ?, generation = ?,
							length = ?, oldest_generation = ?, version = version + 1"""
					.formatted(this.tables.stack()),
				after.maxLayers(), after.maxLength(), after.archived(), after.hasPruner(), after.generation(),
				after.length(), after.oldestGeneration());
		if (!plan.prunings().isEmpty()) {
			long newest = plan.oldestGeneration() - 1;
			BatchPlan.Addition addition = plan.addition(newest);
			statement.add(
					"""
							, pruned_length = ? + coalesce(
								(select sum(length) from %s where stack = ? and generation = ?), 0)"""
						.formatted(this.tables.slice()),
					(addition != null) ? addition.slice().items().length() : 0, name, newest);
		}
		statement.add("where name = ? and version = ?", name, before.version());
		if (place != null) {
			statement.add("and ctid = ?::tid", place);
		}
		if (premise == Premise.EMPTY_INBOX) {
			statement.add("and not exists (select from " + this.tables.inbox() + " where name = ?)", name);
		}
		if (!plan.taken().isEmpty()) {
			statement.add("and (select count(*) from " + this.tables.inbox() + " where name = ? and id = any (?)) = ?",
					name, ids(plan.taken()), plan.taken().size());
		}
		if (!plan.archived().isEmpty()) {
			statement.add("and not exists (select from " + this.tables.archivedLayer()
					+ " where archive = ? and generation >= ?)", name, plan.archived().get(0).generation());
		}
		statement.add("returning pruned_length, ctid as place)");
	}

	private static void addAdditions(NativeStatement statement, BatchPlan plan) {
		Collection<BatchPlan.Addition> additions = plan.additions();
		List<Slice> slices = additions.stream().map(BatchPlan.Addition::slice).toList();
		statement.add("""
				, added as (select a.* from unnest(?, ?, ?, ?) a (generation, first_index, length, items)
					where exists (select from head))""", slices.stream().map(Slice::generation).toArray(Long[]::new),
				slices.stream().map(Slice::firstIndex).toArray(Integer[]::new),
				slices.stream().map((slice) -> slice.items().length()).toArray(Integer[]::new),
				slices.stream().map((slice) -> slice.items().json()).toArray(String[]::new));
	}

	/**
	 * Adds the slices of kept layers; a layer that takes no more becomes one slice.
	 */
	private void addSlices(NativeStatement statement, String name, BatchPlan plan) {
		OptionalLong completed = plan.completed();
		if (completed.isEmpty()) {
			statement.add("""
					, stored as (insert into %s (stack, generation, first_index, length, items)
						select ?, generation, first_index, length, items from added where generation >= ?)"""
				.formatted(this.tables.slice()), name, plan.oldestGeneration());
			return;
		}
		statement.add("""
				, merged as (delete from %s where stack = ? and generation = ? and exists (select from head)
					returning generation, first_index, length, items)""".formatted(this.tables.slice()), name,
				completed.getAsLong());
		statement.add("""
				, stored as (insert into %s (stack, generation, first_index, length, items)
					select ?, p.generation, min(p.first_index), sum(p.length), %s
					from (select * from merged union all select * from added where generation >= ?) p
					group by p.generation)""".formatted(this.tables.slice(), JOINED), name, plan.oldestGeneration());
	}

	/**
	 * Moves layers into the archive, and drops them.
	 */
	private void addPruning(NativeStatement statement, String name, BatchPlan plan) {
		long from = plan.before().oldestGeneration();
		long to = plan.oldestGeneration();
		Long[] archived = plan.archived().stream().map(BatchPlan.Pruning::generation).toArray(Long[]::new);
		if (archived.length > 0) {
			statement.add(LEAVING.formatted(this.tables.slice()), name, from, to, to, archived);
			statement.add(ARCHIVED.formatted(this.tables.archivedLayer(), this.tables.slice(), JOINED), name, name,
					OffsetDateTime.now(ZoneOffset.UTC), name, name);
		}
		statement.add("""
				, dropped as (delete from %s where stack = ? and generation >= ? and generation < ?
					and exists (select from head))""".formatted(this.tables.slice()), name, from, to);
	}

	private static Long[] ids(List<Long> ids) {
		return ids.toArray(Long[]::new);
	}

}
