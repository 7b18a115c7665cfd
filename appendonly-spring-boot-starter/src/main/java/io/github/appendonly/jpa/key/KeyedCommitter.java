package io.github.appendonly.jpa.key;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.appendonly.Position;
import io.github.appendonly.Pushed;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.internal.StackRoom;
import io.github.appendonly.jpa.item.ItemKeys;
import io.github.appendonly.jpa.item.JsonArray;
import io.github.appendonly.jpa.item.KeyedItems;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.InboxTable;
import io.github.appendonly.jpa.table.KeyTable;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.DatabaseFailures;
import io.github.appendonly.jpa.transaction.Shelter;
import io.github.appendonly.jpa.transaction.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Stores items with keys outside of transactions.
 * <p>
 * All methods may be called by many threads at once.
 */
public final class KeyedCommitter {

	/*
	 * The key and the item are stored by one commit, of this item alone: it may have to
	 * wait for whoever has the same key, and nobody else should wait with it. The item of
	 * a stack goes to the inbox, so it conflicts with nothing. Then it is placed like
	 * that of a transaction, together with what others have pushed. If that fails, the
	 * item is stored nevertheless.
	 *
	 * Repeating the commit is safe, even if it is unknown whether it took effect: as long
	 * as the database is still working on it, the other one waits for the key.
	 */

	private static final Log logger = LogFactory.getLog(KeyedCommitter.class);

	private final Transactions transactions;

	private final StructureTables tables;

	private final Sequencer sequencer;

	private final KeySweep sweep;

	private final Shelter shelter;

	private final KeyRetentions retentions = new KeyRetentions();

	private final boolean byOneStatement;

	/**
	 * Creates a committer.
	 * @param shelter protects the database from interrupts of callers
	 * @param portableSql whether to use only SQL that any database understands; if not, a
	 * key and its item are one statement on PostgreSQL
	 */
	public KeyedCommitter(Transactions transactions, StructureTables tables, Sequencer sequencer, KeySweep sweep,
			Shelter shelter, boolean portableSql) {
		this.transactions = transactions;
		this.tables = tables;
		this.sequencer = sequencer;
		this.sweep = sweep;
		this.shelter = shelter;
		this.byOneStatement = tables.database() == Database.POSTGRESQL && !portableSql;
	}

	/**
	 * Returns how long the keys of stacks are remembered.
	 */
	public KeyRetentions retentions() {
		return this.retentions;
	}

	/**
	 * Returns the claim of a push.
	 */
	public KeyTable.Claim claimOf(String stack, String key) {
		return new KeyTable.Claim(KeyTable.Kind.STACK, stack, key, this.retentions.of(stack));
	}

	/**
	 * Takes a key in the caller's transaction, unless an item has it. Its item must be
	 * stored in the same transaction.
	 */
	public Pushed claim(KeyTable.Claim claim) {
		Pushed pushed = this.tables.keys().claim(claim);
		if (pushed.isNew()) {
			this.sweep.request(claim);
		}
		return pushed;
	}

	/**
	 * Pushes an item, unless another one has its key, and waits until it is placed, as
	 * long as a read waits for that. The caller must not be in a transaction.
	 * @throws UncertainCommitException if it is unknown whether the item was stored
	 */
	public Pushed push(StackDefinition<?> definition, JsonArray item, KeyTable.Claim claim) {
		StackRoom.requireToQueue();
		this.sequencer.transactional().requireNotPruning(definition.name());
		KeyedItems keyed = new KeyedItems(item, ItemKeys.of(claim.key()));
		Pushed pushed = commit(claim,
				this.tables.inbox().insertion(new InboxTable.Row(definition.name(), keyed, definition.terms())));
		return pushed.position().isPresent() ? pushed : new Pushed(pushed.isNew(), placed(definition, claim));
	}

	private Optional<Position> placed(StackDefinition<?> definition, KeyTable.Claim claim) {
		try {
			this.sequencer.inbox().drain(definition);
			return sheltered(() -> this.tables.keys().position(claim));
		}
		catch (RuntimeException ex) {
			logger.debug("An item of stack '" + definition.name() + "' is stored and not placed yet", ex);
			this.sequencer.inbox().wake(definition);
			return Optional.empty();
		}
	}

	/**
	 * Appends an item, unless another one has its key. The caller must not be in a
	 * transaction.
	 * @return whether the item was appended
	 * @throws UncertainCommitException if it is unknown whether the item was stored
	 */
	public boolean append(AccumulatorTable.Row row, KeyTable.Claim claim) {
		return commit(claim, this.tables.accumulators().insertion(row)).isNew();
	}

	private Pushed commit(KeyTable.Claim claim, KeyTable.Insertion insertion) {
		Pushed pushed = sheltered(() -> {
			Optional<Pushed> committed = this.byOneStatement ? commitByOneStatement(claim, insertion)
					: Optional.empty();
			return committed.orElseGet(() -> commitInTransaction(claim, insertion));
		});
		if (pushed.isNew()) {
			this.sweep.request(claim);
		}
		return pushed;
	}

	/**
	 * Within an internal transaction, work stays on the calling thread.
	 */
	private <R> R sheltered(Supplier<R> work) {
		return this.transactions.isWithinOwn() ? work.get()
				: this.transactions.detached(() -> this.shelter.run(1, work));
	}

	/**
	 * Returns nothing if the statement was rolled back because of another transaction, or
	 * if connections default to a snapshot.
	 */
	private Optional<Pushed> commitByOneStatement(KeyTable.Claim claim, KeyTable.Insertion insertion) {
		AtomicBoolean writing = new AtomicBoolean();
		try {
			return this.transactions.detached(() -> !this.transactions.readsCommittedByDefault() ? Optional.empty()
					: Optional.of(this.transactions.inAutoCommit((connection) -> {
						writing.set(true);
						return this.tables.keys().claim(connection, claim, insertion);
					})));
		}
		catch (RuntimeException | Error ex) {
			if (DatabaseFailures.isTransient(ex)) {
				return Optional.empty();
			}
			throw DatabaseFailures.ofStatement(ex, writing.get(), "to store an item with a key",
					(cause) -> uncertain(claim, cause));
		}
	}

	private Pushed commitInTransaction(KeyTable.Claim claim, KeyTable.Insertion insertion) {
		AtomicBoolean stored = new AtomicBoolean();
		try {
			return this.transactions.inOwnStateless(() -> {
				stored.set(false);
				Pushed pushed = this.tables.keys().claim(claim, insertion);
				stored.set(pushed.isNew());
				return pushed;
			});
		}
		catch (RuntimeException | Error ex) {
			throw DatabaseFailures.ofTransaction(ex, stored.get(), (cause) -> uncertain(claim, cause));
		}
	}

	private static UncertainCommitException uncertain(KeyTable.Claim claim, Throwable cause) {
		String structure = (claim.kind() == KeyTable.Kind.STACK) ? "stack" : "accumulator";
		return new UncertainCommitException(
				"The commit of an item with the key \"" + claim.key() + "\" for " + structure + " '" + claim.name()
						+ "' failed; the item may or may not be stored. It can be stored again with the same key",
				cause);
	}

}
