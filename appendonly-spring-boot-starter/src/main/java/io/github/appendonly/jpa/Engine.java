package io.github.appendonly.jpa;

import java.util.Optional;
import java.util.function.Function;

import io.github.appendonly.jpa.accumulator.AppendCommitter;
import io.github.appendonly.jpa.accumulator.Appends;
import io.github.appendonly.jpa.accumulator.Consumption;
import io.github.appendonly.jpa.follow.FollowSettings;
import io.github.appendonly.jpa.follow.Following;
import io.github.appendonly.jpa.key.KeySweep;
import io.github.appendonly.jpa.key.KeyedCommitter;
import io.github.appendonly.jpa.repository.Repositories;
import io.github.appendonly.jpa.sequencer.IndependentInbox;
import io.github.appendonly.jpa.sequencer.Sequencer;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.ConnectionSource;
import io.github.appendonly.jpa.transaction.DelayingExecutor;
import io.github.appendonly.jpa.transaction.Shelter;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.SideConnection;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The parts that all structures of one persistence unit share.
 *
 * @param tenants the tenants of the persistence unit
 * @param executor runs the tasks that place inboxes and asynchronous pushes
 * @param gate counts the accepted work, and refuses work when the application stops
 * @param transactions the callers' transactions and the internal ones
 * @param tables the tables
 * @param repositories the repositories, for users and operators
 * @param sequencer places the items
 * @param appends appends to accumulators outside transactions
 * @param consumption takes items out of accumulators
 * @param keyed stores items with keys
 * @param beside the connection for statements beside the callers' transactions
 * @param independent writes to inboxes beside the callers' transactions
 * @param following the followers of stacks; empty if stacks cannot be followed
 */
record Engine(Tenants tenants, DelayingExecutor executor, ShutdownGate gate, Transactions transactions,
		StructureTables tables, Repositories repositories, Sequencer sequencer, Appends appends,
		Consumption consumption, KeyedCommitter keyed, SideConnection beside, IndependentInbox independent,
		Optional<Following> following) {

	/**
	 * Creates the parts.
	 * @param entityManagerFactory the persistence unit
	 * @param transactionManager the transaction manager of the persistence unit
	 * @param executor runs tasks on other threads
	 * @param settings how pushes are placed
	 * @param definitions returns the definition for placing the inbox of a stack
	 * @param outside makes connections outside of the pool; empty if it is not known how
	 * @param follow how stacks are followed; empty if they cannot be followed
	 * @return the parts
	 */
	static Engine of(EntityManagerFactory entityManagerFactory, PlatformTransactionManager transactionManager,
			DelayingExecutor executor, Sequencer.Settings settings, Function<String, StackDefinition<?>> definitions,
			Optional<ConnectionSource> outside, Optional<FollowSettings> follow) {
		Tenants tenants = new Tenants(entityManagerFactory);
		DelayingExecutor tenantExecutor = tenants.carriedBy(executor);
		ShutdownGate gate = new ShutdownGate();
		Transactions transactions = new Transactions(entityManagerFactory, tenants, transactionManager, tenantExecutor,
				gate, settings.retryPolicy());
		StructureTables tables = new StructureTables(entityManagerFactory, transactions, settings.portableSql());
		Sequencer sequencer = new Sequencer(tables, transactions, tenants, tenantExecutor, gate, settings);
		boolean byOneStatement = tables.database() == Database.POSTGRESQL && !settings.portableSql();
		Shelter shelter = new Shelter(transactions, tenants, tables.database() == Database.H2);
		Appends appends = new Appends(transactions, tenants,
				new AppendCommitter(transactions, tables.accumulators(), byOneStatement), shelter, tenantExecutor,
				settings.groupCommit());
		SideConnection beside = new SideConnection(tenants, transactionManager,
				outside.filter((known) -> settings.groupCommit()));
		IndependentInbox independent = new IndependentInbox(beside, tables.inbox(),
				new Shelter(beside, tenants, tables.database() == Database.H2), tenantExecutor, settings.retryPolicy(),
				settings.groupCommit() && !tenants.exist());
		Consumption consumption = new Consumption(transactions, tables.accumulators(), byOneStatement);
		KeyedCommitter keyed = new KeyedCommitter(transactions, tables, sequencer,
				new KeySweep(transactions, tables.keys(), tenantExecutor, gate), shelter, settings.portableSql());
		Optional<Following> following = follow.map((how) -> new Following(tables, tenants,
				(stack) -> sequencer.inbox().placeSoon(definitions.apply(stack)), how));
		following.ifPresent(sequencer::tell);
		return new Engine(tenants, tenantExecutor, gate, transactions, tables, new Repositories(entityManagerFactory),
				sequencer, appends, consumption, keyed, beside, independent, following);
	}

}
