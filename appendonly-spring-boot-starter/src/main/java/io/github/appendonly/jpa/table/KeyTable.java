package io.github.appendonly.jpa.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

import io.github.appendonly.Damage;
import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import org.jspecify.annotations.Nullable;

/**
 * The table of the keys of items. Statements run in the transaction of the calling
 * thread, or on the given connection.
 */
public final class KeyTable {

	/*
	 * Whoever inserts a row has the key, once that transaction commits. Others who insert
	 * it wait for that. A row that is committed is only read, never locked: a transaction
	 * that repeats a key holds nothing up.
	 *
	 * A key ends by itself, when its time is over or its layer is gone. The row may still
	 * be there then. The next one who wants the key removes it, and so does the sweep. It
	 * never happens before the item is placed. So the batch that places it finds the row,
	 * and waits for nobody.
	 */

	/** What has items with keys. Structures of different kinds may have the same name. */
	public enum Kind {

		/** A stack. */
		STACK,

		/** An accumulator. */
		ACCUMULATOR

	}

	/**
	 * A key that an item is to have.
	 *
	 * @param kind what the item is stored in
	 * @param name the name of that structure
	 * @param key the key
	 * @param retention how long to remember the key; null to remember it until the layer
	 * of its item is pruned
	 */
	public record Claim(Kind kind, String name, String key, @Nullable Duration retention) {
	}

	/**
	 * The position of an item that has a key.
	 *
	 * @param key the key
	 * @param position the position
	 */
	public record Placed(String key, Position position) {
	}

	/**
	 * The insertion of an item, which is a statement or a part of one.
	 */
	public static final class Insertion {

		private final BiConsumer<NativeStatement, String> adding;

		/**
		 * Creates an insertion.
		 * @param adding adds it to a statement, up to its last value; the second argument
		 * is what stands before the values
		 */
		Insertion(BiConsumer<NativeStatement, String> adding) {
			this.adding = adding;
		}

		NativeStatement asPart(NativeStatement statement, String from) {
			this.adding.accept(statement, "select ");
			return statement.add("from " + from);
		}

		NativeStatement asStatement() {
			NativeStatement statement = new NativeStatement();
			this.adding.accept(statement, "values (");
			return statement.add(")");
		}

	}

	/**
	 * What a statement has found, or done.
	 *
	 * @param made whether the key was free and is taken now
	 * @param found whether there is a row of the key
	 * @param ended whether that row counts no more
	 * @param position the position of its item
	 */
	private record Answer(boolean made, boolean found, boolean ended, Optional<Position> position) {

		static final Answer MADE = new Answer(true, false, false, Optional.empty());

		static final Answer NOTHING = new Answer(false, false, false, Optional.empty());

		static Answer read(ResultSet row, boolean made, int first) throws SQLException {
			Long generation = row.getObject(first + 1, Long.class);
			Optional<Position> position = (generation != null)
					? Optional.of(new Position(generation, row.getInt(first + 2))) : Optional.empty();
			return new Answer(made, row.getObject(first) != null, row.getBoolean(first), position);
		}

		Optional<Pushed> pushed() {
			return (this.made || (this.found && !this.ended)) ? Optional.of(new Pushed(this.made, this.position))
					: Optional.empty();
		}

	}

	private static final String UNIQUE_VIOLATION = "23505";

	/** The end of a statement that takes a key. */
	private static final String ANSWER = """
			select exists (select from made), f.ended, f.generation, f.item_index
			from (values (1)) o (one) left join found f on true""";

	private static final String KEY = "k.name = ? and k.kind = ? and k.item_key = ?";

	private final Statements statements;

	private final Database database;

	private final String table;

	private final String stacks;

	private final String inbox;

	private final String setAside;

	private final boolean portable;

	private final String now;

	KeyTable(Statements statements, Tables tables, boolean portable) {
		this.statements = statements;
		this.database = tables.database();
		this.table = tables.key();
		this.stacks = tables.stack();
		this.inbox = tables.inbox();
		this.setAside = tables.setAside();
		this.portable = portable;
		this.now = tables.clock();
	}

	/**
	 * Takes a key, in the transaction of the calling thread, unless an item has it. It
	 * waits for another transaction that has taken the key and is not over.
	 * @return whether the key was free, and otherwise the position of the item that has
	 * it, if that is placed
	 */
	public Pushed claim(Claim claim) {
		Optional<Pushed> pushed = Optional.empty();
		while (pushed.isEmpty()) {
			Answer answer = this.portable ? claimInSteps(claim)
					: this.statements.query(claiming(claim).add(")").add(ANSWER), KeyTable::answer).orElseThrow();
			if (answer.ended()) {
				this.statements.update(deletionIfEnded(claim));
			}
			pushed = answer.pushed();
		}
		return pushed.get();
	}

	/**
	 * Takes a key and stores its item, in the transaction of the calling thread, as
	 * {@link #claim(Claim)} does.
	 */
	public Pushed claim(Claim claim, Insertion insertion) {
		Pushed pushed = claim(claim);
		if (pushed.isNew()) {
			this.statements.update(insertion.asStatement());
		}
		return pushed;
	}

	/**
	 * Takes a key and stores its item, by one statement, unless another item has the key.
	 * Only PostgreSQL knows the statement. It commits by itself if the connection does
	 * so.
	 */
	public Pushed claim(Connection connection, Claim claim, Insertion insertion) throws SQLException {
		Optional<Pushed> pushed = Optional.empty();
		while (pushed.isEmpty()) {
			NativeStatement statement = insertion.asPart(claiming(claim).add("), stored as ("), "made");
			Answer answer = statement.add(")").add(ANSWER).query(connection, KeyTable::answer).orElseThrow();
			if (answer.ended()) {
				deletionIfEnded(claim).update(connection);
			}
			pushed = answer.pushed();
		}
		return pushed.get();
	}

	private static Answer answer(ResultSet row) throws SQLException {
		return Answer.read(row, row.getBoolean(1), 2);
	}

	/**
	 * Returns a statement that takes a key, up to the end of its part {@code made}, which
	 * has a row if the key was free. If another transaction was faster, neither this part
	 * nor {@code found} has one.
	 */
	private NativeStatement claiming(Claim claim) {
		NativeStatement statement = new NativeStatement().add("with found as (");
		addFound(statement, claim).add("), made as (");
		return addInsertion(statement, claim, "select ")
			.add("where not exists (select from found) on conflict (name, kind, item_key) do nothing returning 1");
	}

	private NativeStatement addFound(NativeStatement statement, Claim claim) {
		return statement.add(
				"select " + ended() + " as ended, k.generation, k.item_index from " + this.table + " k where " + KEY,
				claim.name(), claim.kind().name(), claim.key());
	}

	private NativeStatement addInsertion(NativeStatement statement, Claim claim, String before) {
		statement.add("insert into " + this.table + " (name, kind, item_key, pushed_at, expires_at) " + before
				+ "?, ?, ?, " + this.now + ",", claim.name(), claim.kind().name(), claim.key());
		Duration retention = claim.retention();
		return (retention != null) ? statement.add(later(), retention.toSeconds())
				: statement.add("cast(null as timestamp (6) with time zone)");
	}

	/**
	 * On H2, a refusal means that somebody else has the key. On a snapshot, the
	 * transaction does not see that row. Otherwise it looks again.
	 */
	private Answer claimInSteps(Claim claim) {
		Answer found = find(claim);
		if (found.found()) {
			return found;
		}
		NativeStatement insertion = addInsertion(new NativeStatement(), claim, "values (").add(")");
		if (this.database == Database.POSTGRESQL) {
			insertion.add("on conflict (name, kind, item_key) do nothing");
			return (this.statements.update(insertion) == 1) ? Answer.MADE : Answer.NOTHING;
		}
		if (this.statements.updateUnlessRefused(insertion, Set.of(UNIQUE_VIOLATION)).isEmpty()) {
			return Answer.MADE;
		}
		return this.statements.seesLatest() ? Answer.NOTHING : new Answer(false, true, false, find(claim).position());
	}

	private Answer find(Claim claim) {
		return this.statements.query(addFound(new NativeStatement(), claim), (row) -> Answer.read(row, false, 1))
			.orElse(Answer.NOTHING);
	}

	/**
	 * Returns the position of the item that has a key, if it is placed.
	 */
	public Optional<Position> position(Claim claim) {
		return find(claim).position();
	}

	private NativeStatement deletionIfEnded(Claim claim) {
		return new NativeStatement().add("delete from " + this.table + " k where " + KEY + " and " + ended(),
				claim.name(), claim.kind().name(), claim.key());
	}

	/**
	 * The condition that the key {@code k} counts no more. A stack without a row has no
	 * items.
	 */
	private String ended() {
		return """
				case when k.expires_at is not null then k.expires_at <= %s and (k.kind <> 'STACK' or k.generation is not null)
					else k.generation is not null and not exists (select 1 from %s s where s.name = k.name
						and s.oldest_generation <= k.generation) end"""
			.formatted(this.now, this.stacks);
	}

	/**
	 * The time that comes a number of seconds later.
	 */
	private String later() {
		return (this.database == Database.H2) ? "dateadd('MILLISECOND', 1000 * cast(? as bigint), current_timestamp)"
				: this.now + " + cast(? as bigint) * interval '1' second";
	}

	/**
	 * Records the position of an item that has a key.
	 */
	public void place(String stack, Placed placed) {
		this.statements.update(new NativeStatement().add(
				"update " + this.table
						+ " set generation = ?, item_index = ? where name = ? and kind = 'STACK' and item_key = ?",
				placed.position().generation(), placed.position().index(), stack, placed.key()));
	}

	/**
	 * Adds the part of a batch's statement that records the positions of items.
	 */
	void addPlaced(NativeStatement statement, String stack, List<Placed> placed) {
		statement.add(
				"""
						, keys as (update %s k set generation = p.generation, item_index = p.item_index
							from unnest(?::text[], ?::bigint[], ?::integer[]) p (item_key, generation, item_index)
							where k.name = ? and k.kind = 'STACK' and k.item_key = p.item_key and exists (select from head))"""
					.formatted(this.table),
				placed.stream().map(Placed::key).toArray(String[]::new),
				placed.stream().map((key) -> key.position().generation()).toArray(Long[]::new),
				placed.stream().map((key) -> key.position().index()).toArray(Integer[]::new), stack);
	}

	/**
	 * Removes all keys of an accumulator.
	 */
	public void deleteOfAccumulator(String accumulator) {
		this.statements.update(new NativeStatement().add("delete from " + this.table + " where name = ? and kind = ?",
				accumulator, Kind.ACCUMULATOR.name()));
	}

	/**
	 * Removes the keys of the placed items of a stack, whose row is locked, and of those
	 * that waited. Items that are pushed meanwhile keep their keys.
	 * @param waiting the keys of the removed items that were not placed
	 */
	public void deleteOfStack(String stack, List<String> waiting) {
		String deletion = "delete from " + this.table + " where name = ? and kind = 'STACK' and ";
		this.statements.update(new NativeStatement().add(deletion + "generation is not null", stack));
		waiting
			.forEach((key) -> this.statements.update(new NativeStatement().add(deletion + "item_key = ?", stack, key)));
	}

	/**
	 * Removes keys of a stack whose layers are gone. It does not wait for transactions
	 * that have a key locked.
	 * @param limit the maximum number of keys
	 * @return the number of keys
	 */
	public int deletePruned(String stack, int limit) {
		return delete("k.name = ? and k.expires_at is null and k.generation < (select s.oldest_generation from "
				+ this.stacks + " s where s.name = ?)", "k.name, k.generation", limit, stack, stack);
	}

	/**
	 * Removes keys of any structure whose time is over. It does not wait for transactions
	 * that have a key locked.
	 * @param limit the maximum number of keys
	 * @return the number of keys
	 */
	public int deleteExpired(int limit) {
		return delete("k.expires_at <= " + this.now + " and (k.kind <> 'STACK' or k.generation is not null)",
				"k.expires_at", limit);
	}

	private int delete(String condition, String order, int limit, Object... parameters) {
		NativeStatement statement = new NativeStatement();
		if (this.database == Database.POSTGRESQL) {
			statement.add("delete from " + this.table + " where ctid = any (array(select k.ctid from " + this.table
					+ " k where " + condition, parameters);
			statement.add("order by " + order + " fetch first ? rows only for update skip locked))", limit);
		}
		else {
			statement.add("delete from " + this.table + " k where " + condition, parameters);
			if (this.database == Database.H2) {
				statement.add("fetch first ? rows only", limit);
			}
		}
		return this.statements.update(statement);
	}

	/**
	 * Returns the damages of keys whose items are where the stack has none, or nowhere.
	 * @param limit the maximum number of damages
	 */
	public List<Damage> misplaced(String stack, int limit) {
		NativeStatement statement = new NativeStatement().add("""
				select k.item_key, k.generation, k.item_index from %s k where k.name = ? and k.kind = 'STACK'
					and case when k.generation is null
						then not exists (select 1 from %s q where q.name = k.name and q.item_keys is not null)
							and not exists (select 1 from %s q where q.name = k.name and q.item_keys is not null)
						else not exists (select 1 from %s s where s.name = k.name and (s.generation > k.generation
							or (s.generation = k.generation and s.length > k.item_index))) end
				order by k.name, k.generation fetch first ? rows only""".formatted(this.table, this.inbox,
				this.setAside, this.stacks), stack, limit);
		return this.statements.queryAll(statement, (row) -> {
			boolean placed = row.getObject(2) != null;
			return new Damage("stack '" + stack + "'", this.table, "item_key \"" + row.getString(1) + "\"",
					placed ? "a position that the stack has given" : "an item that waits to be placed",
					placed ? new Position(row.getLong(2), row.getInt(3)).toString() : "none");
		});
	}

}
