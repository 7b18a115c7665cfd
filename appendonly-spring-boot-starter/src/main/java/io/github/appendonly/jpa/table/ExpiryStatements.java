package io.github.appendonly.jpa.table;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * The statements that find and remove what exceeds the limits of stacks and archives. All
 * times are those of the database.
 */
public final class ExpiryStatements {

	/*
	 * The rows that are due are found through an index that only has rows with limits.
	 * Layers are read from the oldest one on, a few at a time, without their texts. So
	 * the work depends on what is removed, and not on what is kept. Only a limit of bytes
	 * takes the sizes of all layers.
	 */

	/**
	 * A stack whose limits are to be applied.
	 *
	 * @param name the name of the stack
	 * @param at the time from which they are to be applied
	 */
	public record Due(String name, OffsetDateTime at) {
	}

	/**
	 * The row of a stack whose limits are to be applied.
	 *
	 * @param head the row
	 * @param now the time of the database
	 */
	public record DueStack(StackHead head, Instant now) {
	}

	/**
	 * A layer of a stack or an archive.
	 *
	 * @param generation the generation of the layer
	 * @param length the number of items in the layer
	 * @param slices the number of slices that the layer is stored in
	 * @param newestAt the time when the newest item was placed
	 */
	public record KeptLayer(long generation, int length, long slices, Instant newestAt) {

		private static KeptLayer read(ResultSet row) throws SQLException {
			return new KeptLayer(row.getLong(1), Math.toIntExact(row.getLong(2)), row.getLong(3), instant(row, 4));
		}

	}

	private record Size(long generation, long bytes) {
	}

	private static final int SIZES = 1000;

	private static final String OF_STACK = """
			select generation, sum(length), count(*), max(written_at) from %s
			where stack = ? group by generation order by generation fetch first ? rows only""";

	private static final String OF_ARCHIVE = """
			select generation, length, 1, newest_at from %s
			where archive = ? order by archive, generation fetch first ? rows only""";

	private final Statements statements;

	private final Tables tables;

	ExpiryStatements(Statements statements, Tables tables) {
		this.statements = statements;
		this.tables = tables;
	}

	/**
	 * Returns the time of the database.
	 */
	public OffsetDateTime now() {
		return this.statements
			.query(new NativeStatement().add("select " + this.tables.now()),
					(row) -> row.getObject(1, OffsetDateTime.class))
			.orElseThrow();
	}

	/**
	 * Returns stacks whose limits are to be applied, the most urgent ones first.
	 * @param until the time until which they are due
	 * @param after the last stack that is known, or null to begin with the first one
	 * @param limit the maximum number of stacks
	 */
	public List<Due> due(OffsetDateTime until, @Nullable Due after, int limit) {
		NativeStatement statement = new NativeStatement().add("""
				select name, retention_due from %s
				where retention_due is not null and retention_due <= ?""".formatted(this.tables.stack()), until);
		if (after != null) {
			statement.add("and retention_due >= ? and (retention_due > ? or name > ?)", after.at(), after.at(),
					after.name());
		}
		statement.add("order by retention_due, name fetch first ? rows only", limit);
		return this.statements.queryAll(statement,
				(row) -> new Due(row.getString(1), row.getObject(2, OffsetDateTime.class)));
	}

	/**
	 * Reads a stack's row, if its limits are due.
	 */
	public Optional<DueStack> read(String stack, OffsetDateTime until) {
		return read(stack, until, "");
	}

	/**
	 * Reads a stack's row, if its limits are due, and locks it until the end of the
	 * transaction. It waits a moment for another transaction that has the row locked. It
	 * fails if that takes too long.
	 */
	public Optional<DueStack> lock(String stack, OffsetDateTime until) {
		limitWait();
		return read(stack, until, " for update");
	}

	private Optional<DueStack> read(String stack, OffsetDateTime until, String lock) {
		NativeStatement statement = new NativeStatement().add("select " + StackHead.COLUMNS + ", " + this.tables.now()
				+ " from " + this.tables.stack() + " s where s.name = ? and s.retention_due <= ?" + lock, stack, until);
		return this.statements.query(statement,
				(row) -> new DueStack(StackHead.read(row), instant(row, StackHead.COUNT + 1)));
	}

	/**
	 * Has the transaction wait no longer than a second for each lock. H2 has a limit of
	 * its own.
	 */
	private void limitWait() {
		if (this.tables.database() == Database.POSTGRESQL) {
			this.statements.query(new NativeStatement().add("select set_config('lock_timeout', '1s', true)"),
					(row) -> row.getString(1));
		}
	}

	/**
	 * Returns the oldest layers of a stack.
	 */
	public List<KeptLayer> oldestOfStack(String stack, int limit) {
		return this.statements.queryAll(
				new NativeStatement().add(OF_STACK.formatted(this.tables.slice()), stack, limit), KeptLayer::read);
	}

	/**
	 * Returns the oldest layers of an archive.
	 */
	public List<KeptLayer> oldestOfArchive(String archive, int limit) {
		return this.statements.queryAll(
				new NativeStatement().add(OF_ARCHIVE.formatted(this.tables.archivedLayer()), archive, limit),
				KeptLayer::read);
	}

	/**
	 * Returns the oldest layers of an archive, and locks them until the end of the
	 * transaction, waiting as {@link #lock} does.
	 */
	public List<KeptLayer> lockOldestOfArchive(String archive, int limit) {
		limitWait();
		NativeStatement statement = new NativeStatement()
			.add(OF_ARCHIVE.formatted(this.tables.archivedLayer()) + " for update", archive, limit);
		return this.statements.queryAll(statement, KeptLayer::read);
	}

	/**
	 * Returns the oldest generation of an archive and its stack that has items since a
	 * time, or the one after the newest.
	 */
	public long firstSince(String stack, StackHead head, Instant since) {
		OffsetDateTime time = since.atOffset(ZoneOffset.UTC);
		return first(this.tables.archivedLayer(), "archive", "newest_at", stack, time)
			.or(() -> first(this.tables.slice(), "stack", "written_at", stack, time))
			.orElse(head.generation() + 1);
	}

	private Optional<Long> first(String table, String key, String column, String name, OffsetDateTime since) {
		NativeStatement statement = new NativeStatement().add("""
				select generation from %1$s where %2$s = ? and %3$s >= ?
				order by %2$s, generation fetch first 1 rows only""".formatted(table, key, column), name, since);
		return this.statements.query(statement, (row) -> row.getLong(1));
	}

	/**
	 * Returns the oldest generation of a stack that there is room for. The newest one
	 * always has room.
	 * @param bytes the room in bytes
	 */
	public long firstOfStackWithin(String stack, long bytes) {
		return firstWithin(this.tables.slice() + " where stack", stack, bytes);
	}

	/**
	 * Returns the oldest generation of an archive that there is room for. The newest one
	 * always has room.
	 * @param bytes the room in bytes
	 */
	public long firstOfArchiveWithin(String archive, long bytes) {
		return firstWithin(this.tables.archivedLayer() + " where archive", archive, bytes);
	}

	private long firstWithin(String rows, String name, long bytes) {
		long left = bytes;
		long first = Long.MAX_VALUE;
		List<Size> page;
		do {
			page = sizes(rows, name, first);
			for (Size layer : page) {
				left -= layer.bytes();
				if (left < 0 && first < Long.MAX_VALUE) {
					return first;
				}
				first = layer.generation();
			}
		}
		while (page.size() == SIZES);
		return 0;
	}

	private List<Size> sizes(String rows, String name, long before) {
		NativeStatement statement = new NativeStatement().add("select generation, sum(octet_length(items)) from " + rows
				+ " = ? and generation < ? group by generation order by generation desc fetch first " + SIZES
				+ " rows only", name, before);
		return this.statements.queryAll(statement, (row) -> new Size(row.getLong(1), row.getLong(2)));
	}

	/**
	 * Removes the oldest layers of an archive.
	 * @param to the generation after the newest of them
	 * @return the number of removed layers
	 */
	public int deleteFromArchive(String archive, long to) {
		return this.statements.update(new NativeStatement()
			.add("delete from " + this.tables.archivedLayer() + " where archive = ? and generation < ?", archive, to));
	}

	/**
	 * Writes a row that is locked, after its oldest layers have been removed.
	 */
	public void write(String stack, StackHead head) {
		this.statements.update(new NativeStatement().add("""
				update %s set generation = ?, length = ?, oldest_generation = ?, pruned_length = ?, version = ?
				where name = ?""".formatted(this.tables.stack()), head.generation(), head.length(),
				head.oldestGeneration(), head.prunedLength(), head.version(), stack));
	}

	/**
	 * Returns which stacks lack limits.
	 * @param stacks the names of the stacks, at least one
	 * @param limits the limits
	 */
	public List<String> lacking(List<String> stacks, StackLimits limits) {
		NativeStatement statement = new NativeStatement().add("select name from " + this.tables.stack());
		statement.add("where name in (?" + ", ?".repeat(stacks.size() - 1) + ")", stacks.toArray());
		addLacks(statement, limits);
		return this.statements.queryAll(statement, (row) -> row.getString(1));
	}

	/**
	 * Gives a stack other limits, if it has a row. They are due at once.
	 * @param limits the limits, as terms of a push
	 */
	public void change(String stack, StackLimits limits) {
		limitWait();
		NativeStatement statement = new NativeStatement().add(
				"update " + this.tables.stack() + " set version = ?, retention_due = " + this.tables.now(),
				StackHead.newVersion());
		limits.forEachTerm((column, term) -> statement.add(", " + column + " = " + value(term)));
		statement.add("where name = ?", stack);
		addDiffers(statement, limits);
		this.statements.update(statement);
	}

	/**
	 * Gives a stack the limits that it lacks, if it has a row. They are due at once.
	 * Those that it has stay.
	 */
	public void fill(String stack, StackLimits limits) {
		limitWait();
		NativeStatement statement = new NativeStatement().add(
				"update " + this.tables.stack() + " set version = ?, retention_due = " + this.tables.now(),
				StackHead.newVersion());
		limits.forEachTerm(
				(column, term) -> statement.add(", " + column + " = coalesce(" + column + ", " + value(term) + ")"));
		statement.add("where name = ?", stack);
		addLacks(statement, limits);
		this.statements.update(statement);
	}

	private static void addLacks(NativeStatement statement, StackLimits limits) {
		StringJoiner lacks = new StringJoiner(" or ", "and (", ")").setEmptyValue("and false");
		limits.forEachTerm((column, term) -> {
			if (term > 0) {
				lacks.add(column + " is null");
			}
		});
		statement.add(lacks.toString());
	}

	private static void addDiffers(NativeStatement statement, StackLimits limits) {
		StringJoiner differs = new StringJoiner(" or ", "and (", ")").setEmptyValue("and false");
		limits.forEachTerm((column, term) -> differs.add(column + " is distinct from " + value(term)));
		statement.add(differs.toString());
	}

	/** A number needs no parameter. */
	private static String value(long term) {
		return "cast(" + ((term > 0) ? term : "null") + " as bigint)";
	}

	/**
	 * Sets when the limits of a stack are applied next.
	 * @param at the time; null if nothing exceeds them before the next batch
	 */
	public void schedule(String stack, @Nullable Instant at) {
		NativeStatement statement = new NativeStatement().add("update " + this.tables.stack());
		if (at != null) {
			statement.add("set retention_due = ?", at.atOffset(ZoneOffset.UTC));
		}
		else {
			statement.add("set retention_due = null");
		}
		this.statements.update(statement.add("where name = ?", stack));
	}

	private static Instant instant(ResultSet row, int column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
