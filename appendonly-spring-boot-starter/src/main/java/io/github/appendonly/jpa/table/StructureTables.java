package io.github.appendonly.jpa.table;

import io.github.appendonly.jpa.entity.EntitiesNotManagedException;
import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import io.github.appendonly.jpa.entity.StackRow;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.orm.jpa.SharedEntityManagerCreator;

/**
 * The tables of one persistence unit.
 * <p>
 * Each table has two files. The {@code *Table} class has all statements by JDBC: those
 * that write or lock, and those that placing reads by. The repository has the queries
 * that read for users and operators.
 */
public final class StructureTables {

	/** The number of characters that a name may have. */
	public static final int NAME_LENGTH = StackRow.NAME_LENGTH;

	private final Tables names;

	private final Repositories repositories;

	private final StackTable stacks;

	private final SliceTable slices;

	private final InboxTable inbox;

	private final AccumulatorTable accumulators;

	private final ArchiveTable archives;

	private final InboxScan inboxScan;

	/**
	 * Finds the tables.
	 * @param entityManagerFactory the persistence unit
	 * @param transactions the transactions that statements run in
	 * @throws EntitiesNotManagedException if the persistence unit lacks the entities
	 */
	public StructureTables(EntityManagerFactory entityManagerFactory, Transactions transactions) {
		AppendOnlyEntities.requireIn(entityManagerFactory);
		this.names = Tables.of(entityManagerFactory);
		this.repositories = new Repositories(
				SharedEntityManagerCreator.createSharedEntityManager(entityManagerFactory));
		this.stacks = new StackTable(transactions, this.names);
		this.slices = new SliceTable(transactions, this.names);
		this.inbox = new InboxTable(transactions, this.names);
		this.accumulators = new AccumulatorTable(transactions, this.names);
		this.archives = new ArchiveTable(transactions, this.names);
		this.inboxScan = new InboxScan(entityManagerFactory, this.names);
	}

	/**
	 * The database that the tables are in.
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

	public InboxTable inbox() {
		return this.inbox;
	}

	public AccumulatorTable accumulators() {
		return this.accumulators;
	}

	public ArchiveTable archives() {
		return this.archives;
	}

	public InboxScan inboxScan() {
		return this.inboxScan;
	}

	/**
	 * Gives a repository, to be called while the structures are put together. It is made
	 * when it is first used.
	 */
	public <R> R repository(Class<R> type) {
		return this.repositories.get(type);
	}

	/**
	 * Makes the repositories that nobody has used yet. Takes no connection.
	 */
	public void makeRepositories() {
		this.repositories.makeAll();
	}

}
