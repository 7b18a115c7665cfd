package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.entity.SubscriberRow;
import io.github.appendonly.jpa.table.SubscriberHead.Failure;
import io.github.appendonly.jpa.table.SubscriberHead.Lease;
import io.github.appendonly.jpa.table.SubscriberHead.Parking;
import io.github.appendonly.jpa.table.SubscriberHead.Skips;
import org.jspecify.annotations.Nullable;

/**
 * The table of the durable subscribers. Statements run in the transaction of the calling
 * thread. Each row is written as a whole, by who has it locked.
 */
public final class SubscriberTable {

	private static final String UNIQUE_VIOLATION = "23505";

	private static final String KEY = "stack = ? and id = ?";

	/** All columns but the key, in the order of {@link #values} and {@link #read}. */
	private static final List<String> COLUMNS = List.of("state", "cursor_position", "moved_at", "seen_at", "attempts",
			"failed_position", "cause", "failed_at", "retry_at", "batch_limit", "limited_until", "skipped",
			"skipped_position", "parked", "parked_cursor", "replays", "token", "lease_owner", "lease_until");

	/**
	 * The subscriber of a stack that is furthest behind.
	 *
	 * @param cursor its cursor
	 * @param layerLength the number of stored items in the layer of the cursor
	 */
	public record Hindmost(Position cursor, int layerLength) {
	}

	private final Statements statements;

	private final Database database;

	private final String table;

	private final String slices;

	/** The transaction may have begun long before. */
	private final String clock;

	SubscriberTable(Statements statements, Tables tables) {
		this.statements = statements;
		this.database = tables.database();
		this.table = tables.subscriber();
		this.slices = tables.slice();
		this.clock = tables.clock();
	}

	/**
	 * Returns the time of the database.
	 */
	public Instant now() {
		return this.statements.query(new NativeStatement().add("select " + this.clock), (row) -> requiredTime(row, 1))
			.orElseThrow();
	}

	/**
	 * Reads all rows, ordered by stack and id.
	 */
	public List<SubscriberHead> all() {
		return this.statements.queryAll(select().add("order by stack, id"), SubscriberTable::read);
	}

	/**
	 * Reads a row.
	 */
	public Optional<SubscriberHead> find(String stack, String id) {
		return one(stack, id, "");
	}

	/**
	 * Reads a row and locks it until the end of the transaction.
	 */
	public Optional<SubscriberHead> lock(String stack, String id) {
		return one(stack, id, " for update");
	}

	/**
	 * Reads a row and locks it until the end of the transaction, if no other transaction
	 * has it locked. It does not wait, except on databases that are not known.
	 * @return nothing if there is no such row, or if it is locked
	 */
	public Optional<SubscriberHead> lockFree(String stack, String id) {
		return one(stack, id, (this.database == Database.OTHER) ? " for update" : " for update skip locked");
	}

	/**
	 * Reads all rows of a stack and locks them until the end of the transaction.
	 */
	public List<SubscriberHead> lockAll(String stack) {
		return this.statements.queryAll(select().add("where stack = ? order by stack, id for update", stack),
				SubscriberTable::read);
	}

	/**
	 * Returns the names of the stacks of parked entries of a stack's subscribers, whether
	 * they have parked any or not.
	 */
	public List<String> parkedStacks(String stack) {
		return this.statements.queryAll(new NativeStatement()
			.add("select id from " + this.table + " where stack = ? order by stack, id", stack),
				(row) -> SubscriberHead.parkedStack(stack, row.getString(1)));
	}

	/**
	 * Reads the rows of a stack that tell why something has failed.
	 */
	public List<SubscriberHead> failing(String stack) {
		return this.statements.queryAll(select().add("where stack = ? and cause is not null order by stack, id", stack),
				SubscriberTable::read);
	}

	/**
	 * Forgets why something has failed, unless a row tells something else by now.
	 */
	public void forgetCause(SubscriberHead row) {
		this.statements.update(
				new NativeStatement()
					.add("update " + this.table + " set cause = ? where " + KEY, SubscriberHead.UNKNOWN_CAUSE,
							row.stack(), row.id())
					.add("and cause = ?", Objects.requireNonNull(row.failure().cause())));
	}

	/**
	 * Finds the subscriber of a stack that is furthest behind. Rows that no application
	 * has any more do not count.
	 */
	public Optional<Hindmost> hindmost(Connection connection, String stack) throws SQLException {
		Optional<Position> cursor = select().add("where stack = ? order by stack, id", stack)
			.queryAll(connection, SubscriberTable::read)
			.stream()
			.filter((row) -> !row.isForgotten())
			.map(SubscriberHead::cursor)
			.min(Comparator.naturalOrder());
		if (cursor.isEmpty()) {
			return Optional.empty();
		}
		int length = new NativeStatement()
			.add("select sum(length) from " + this.slices + " where stack = ? and generation = ?", stack,
					cursor.get().generation())
			.query(connection, (row) -> row.getInt(1))
			.orElse(0);
		return Optional.of(new Hindmost(cursor.get(), length));
	}

	private Optional<SubscriberHead> one(String stack, String id, String lock) {
		return this.statements.query(select().add("where " + KEY + lock, stack, id), SubscriberTable::read);
	}

	private NativeStatement select() {
		return new NativeStatement()
			.add("select stack, id, " + String.join(", ", COLUMNS) + ", " + this.clock + " from " + this.table);
	}

	/**
	 * Creates a row, unless it exists. It waits for another transaction that is creating
	 * it.
	 */
	public void createIfAbsent(SubscriberHead head) {
		NativeStatement insertion = new NativeStatement().add(
				"insert into " + this.table + " (stack, id, " + String.join(", ", COLUMNS) + ") values (?, ?",
				head.stack(), head.id());
		values(head).forEach((value) -> insertion.addOptional(", ?", value));
		insertion.add(")");
		if (this.database == Database.POSTGRESQL) {
			this.statements.update(insertion.add("on conflict (stack, id) do nothing"));
		}
		else {
			this.statements.updateUnlessRefused(insertion, Set.of(UNIQUE_VIOLATION));
		}
	}

	/**
	 * Replaces a row, which the transaction has locked.
	 */
	public void write(SubscriberHead head) {
		this.statements.update(update(head));
	}

	/**
	 * Replaces a row, which the transaction has locked, unless it was paused, stopped or
	 * moved meanwhile in that same transaction, or was told to handle what is parked.
	 * @return whether the row was replaced
	 */
	public boolean writeIfUntouched(SubscriberHead head) {
		return this.statements.update(update(head).add("and token = ? and state = ? and replays = ?",
				head.lease().token(), SubscriberHead.State.RUNNING.name(), head.parking().replays())) == 1;
	}

	/**
	 * Removes a row.
	 */
	public void delete(String stack, String id) {
		this.statements.update(new NativeStatement().add("delete from " + this.table + " where " + KEY, stack, id));
	}

	private NativeStatement update(SubscriberHead head) {
		NativeStatement update = new NativeStatement().add("update " + this.table + " set");
		List<@Nullable Object> values = values(head);
		for (int i = 0; i < values.size(); i++) {
			update.addOptional(((i > 0) ? ", " : "") + COLUMNS.get(i) + " = ?", values.get(i));
		}
		return update.add("where " + KEY, head.stack(), head.id());
	}

	private static List<@Nullable Object> values(SubscriberHead head) {
		Failure failure = head.failure();
		return Arrays.asList(head.state().name(), head.cursor().toString(), atUtc(head.movedAt()), atUtc(head.seenAt()),
				failure.attempts(), text(failure.position()), storable(failure.cause()), atUtc(failure.at()),
				atUtc(failure.retryAt()), failure.limit(), text(failure.until()), head.skips().count(),
				text(head.skips().last()), head.parking().count(), head.parking().cursor().toString(),
				head.parking().replays(), head.lease().token(), head.lease().owner(), atUtc(head.lease().until()));
	}

	private static SubscriberHead read(ResultSet row) throws SQLException {
		Failure failure = new Failure(row.getInt(7), position(row, 8), row.getString(9), time(row, 10), time(row, 11),
				row.getInt(12), position(row, 13));
		Skips skips = new Skips(row.getLong(14), position(row, 15));
		Parking parking = new Parking(row.getLong(16), Position.parse(row.getString(17)), row.getLong(18));
		Lease lease = new Lease(row.getLong(19), row.getString(20), time(row, 21));
		return new SubscriberHead(row.getString(1), row.getString(2), SubscriberHead.State.valueOf(row.getString(3)),
				Position.parse(row.getString(4)), requiredTime(row, 5), requiredTime(row, 6), failure, skips, parking,
				lease, requiredTime(row, 22));
	}

	private static @Nullable Position position(ResultSet row, int column) throws SQLException {
		String text = row.getString(column);
		return (text != null) ? Position.parse(text) : null;
	}

	private static Instant requiredTime(ResultSet row, int column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	private static @Nullable String text(@Nullable Position position) {
		return (position != null) ? position.toString() : null;
	}

	private static @Nullable OffsetDateTime atUtc(@Nullable Instant time) {
		return (time != null) ? time.atOffset(ZoneOffset.UTC) : null;
	}

	/**
	 * Returns a text that fits the column. PostgreSQL has no character 0, nor unpaired
	 * surrogates.
	 */
	private static @Nullable String storable(@Nullable String cause) {
		if (cause == null) {
			return null;
		}
		String fitting = cause.substring(0, Math.min(cause.length(), SubscriberRow.CAUSE_LENGTH));
		byte[] bytes = fitting.replace('\0', ' ').getBytes(StandardCharsets.UTF_8);
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
