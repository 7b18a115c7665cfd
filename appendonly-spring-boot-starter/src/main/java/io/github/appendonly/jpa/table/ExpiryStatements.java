package io.github.appendonly.jpa.table;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

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
	 * A stack that is locked.
	 *
	 * @param head the row
	 * @param now the time of the database
	 */
	public record Locked(StackHead head, Instant now) {
	}

	/**
	 * A layer of a stack or an archive.
	 *
	 * @param generation the generation of the layer
	 * @param length the number of items in the layer
	 * @param slices the number of slices that the layer is stored in
	 * @param newestAt the time when the newest item was placed
	 * @param bytes the size of the items as they are stored
	 */
	public record KeptLayer(long generation, int length, long slices, Instant newestAt, long bytes) {

		private static KeptLayer read(ResultSet row) throws SQLException {
			return new KeptLayer(row.getLong(1), Math.toIntExact(row.getLong(2)), row.getLong(3), instant(row, 4),
					row.getLong(5));
		}

	}

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
	 * Locks a stack's row until the end of the transaction, if the limits are still due
	 * and no other transaction has the row locked.
	 */
	public Optional<Locked> lock(String stack, OffsetDateTime until) {
		String free = (this.tables.database() == Database.OTHER) ? "" : " skip locked";
		NativeStatement statement = new NativeStatement().add("select " + StackHead.COLUMNS + ", " + this.tables.now()
				+ " from " + this.tables.stack() + " s where s.name = ? and s.retention_due <= ? for update" + free,
				stack, until);
		return this.statements.query(statement,
				(row) -> new Locked(StackHead.read(row), instant(row, StackHead.COUNT + 1)));
	}

	/**
	 * Returns the oldest layers of a stack.
	 */
	public List<KeptLayer> oldestOfStack(String stack, int limit) {
		NativeStatement statement = new NativeStatement().add("""
				select generation, sum(length), count(*), max(written_at), sum(octet_length(items)) from %s
				where stack = ? group by generation order by generation fetch first ? rows only"""
			.formatted(this.tables.slice()), stack, limit);
		return this.statements.queryAll(statement, KeptLayer::read);
	}

	/**
	 * Returns the oldest layers of an archive.
	 */
	public List<KeptLayer> oldestOfArchive(String archive, int limit) {
		NativeStatement statement = new NativeStatement().add("""
				select generation, length, 1, newest_at, octet_length(items) from %s
				where archive = ? order by archive, generation fetch first ? rows only"""
			.formatted(this.tables.archivedLayer()), archive, limit);
		return this.statements.queryAll(statement, KeptLayer::read);
	}

	/**
	 * Returns the size of all layers of a stack.
	 */
	public long bytesOfStack(String stack) {
		return bytes(this.tables.slice() + " where stack = ?", stack);
	}

	/**
	 * Returns the size of all layers of an archive.
	 */
	public long bytesOfArchive(String archive) {
		return bytes(this.tables.archivedLayer() + " where archive = ?", archive);
	}

	private long bytes(String rows, String name) {
		return this.statements
			.query(new NativeStatement().add("select sum(octet_length(items)) from " + rows, name),
					(row) -> row.getLong(1))
			.orElse(0L);
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
