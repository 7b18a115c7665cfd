package io.github.appendonly.jpa.table;

import java.sql.Connection;

import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import io.github.appendonly.jpa.entity.EntitiesNotManagedException;
import io.github.appendonly.jpa.entity.StackRow;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;

/**
 * The tables of one persistence unit.
 * <p>
 * The {@code *Table} class of a table has all of its JDBC statements: those that write or
 * lock, and those with which the structures read. Statements over several tables have
 * classes of their own. The queries for users and operators are in repositories.
 */
public final class StructureTables {

	/*
	 * Rows of one structure are ordered by the whole primary key, although its name is
	 * the same in all of them. Otherwise H2 does not follow the index: it reads all rows
	 * with their texts to sort them.
	 */

	/** The maximum number of characters in a name. */
	public static final int NAME_LENGTH = StackRow.NAME_LENGTH;

	private final Transactions transactions;

	private final Tables names;

	private final Statements statements;

	private final StackTable stacks;

	private final SliceTable slices;

	private final SlicePages slicePages;

	private final InboxTable inbox;

	private final AccumulatorTable accumulators;

	private final ArchiveTable archives;

	private final SetAsideTable setAside;

	private final SubscriberTable subscribers;

	private final KeyTable keys;

	private final InboxScan inboxScan;

	private final NameScan nameScan;

	private final ManyStacksStatement manyStacks;

	private final StackVersions versions;

	private final ExpiryStatements expiry;

	/**
	 * Creates the tables.
	 * @param entityManagerFactory the persistence unit
	 * @param transactions the transactions that statements run in
	 * @param portableSql whether to use only SQL that any database understands
	 * @throws EntitiesNotManagedException if the persistence unit lacks the entities
	 */
	public StructureTables(EntityManagerFactory entityManagerFactory, Transactions transactions, boolean portableSql) {
		AppendOnlyEntities.requireIn(entityManagerFactory);
		this.transactions = transactions;
		this.names = Tables.of(entityManagerFactory);
		this.statements = new Statements(transactions);
		this.stacks = new StackTable(this.statements, this.names);
		this.slices = new SliceTable(this.statements, this.names);
		boolean portable = portableSql || database() != Database.POSTGRESQL;
		this.slicePages = new SlicePages(this.statements, this.names, portable);
		this.inbox = new InboxTable(this.statements, this.names);
		this.accumulators = new AccumulatorTable(this.statements, this.names);
		this.archives = new ArchiveTable(this.statements, this.names, portable);
		this.setAside = new SetAsideTable(this.statements, this.names);
		this.subscribers = new SubscriberTable(this.statements, this.names);
		this.keys = new KeyTable(this.statements, this.names, portable);
		this.inboxScan = new InboxScan(entityManagerFactory, this.names);
		this.nameScan = new NameScan(statements, this.names);
		this.manyStacks = new ManyStacksStatement(this.names);
		this.versions = new StackVersions(transactions, this.names, portable);
		this.expiry = new ExpiryStatements(statements, this.names);
	}

	/**
	 * Returns whether a statement in the transaction of the calling thread sees all
	 * tables as of one moment. On H2, in a transaction with a snapshot, it sees each
	 * table as of the moment when the transaction first read that table.
	 */
	public boolean seesOneMoment() {
		return database() != Database.H2 || this.transactions
			.onConnection(Connection::getTransactionIsolation) <= Connection.TRANSACTION_READ_COMMITTED;
	}

	/**
	 * Returns the database that has the tables.
	 */
	public Database database() {
		return this.names.database();
	}

	public StackTable stacks() {
		return this.stacks;
	}

	public SliceTable slices() {
		return this.slices;
	}

	public SlicePages slicePages() {
		return this.slicePages;
	}

	public InboxTable inbox() {
		return this.inbox;
	}

	public AccumulatorTable accumulators() {
		return this.accumulators;
	}

	public ArchiveTable archives() {
		return this.archives;
	}

	/**
	 * Returns the layers that a stack keeps.
	 */
	public StoredLayers layersOfStack(String name) {
		return StoredLayers.ofStack(this.statements, this.names, name);
	}

	/**
	 * Returns the layers that an archive keeps.
	 */
	public StoredLayers layersOfArchive(String name) {
		return StoredLayers.ofArchive(this.statements, this.names, name);
	}

	public SetAsideTable setAside() {
		return this.setAside;
	}

	public SubscriberTable subscribers() {
		return this.subscribers;
	}

	public KeyTable keys() {
		return this.keys;
	}

	public InboxScan inboxScan() {
		return this.inboxScan;
	}

	public NameScan nameScan() {
		return this.nameScan;
	}

	public StackVersions versions() {
		return this.versions;
	}

	public ExpiryStatements expiry() {
		return this.expiry;
	}

	/**
	 * Returns the channel for notifications, for PostgreSQL with its own driver.
	 */
	public NotifyChannel notifyChannel() {
		return new NotifyChannel(this.transactions);
	}

	/**
	 * Returns the statements that place items on many stacks at once, for PostgreSQL.
	 */
	public ManyStacksStatement manyStacks() {
		return this.manyStacks;
	}

}
