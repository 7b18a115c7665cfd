package io.github.appendonly.subscriber;

import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;

/**
 * What all subscribers of a node share.
 *
 * @param node a name that no other node has, nor this one after a restart
 * @param entityManagerFactory the persistence unit
 * @param structures the structures
 * @param tables their tables
 * @param transactions their transactions
 * @param settings how subscribers work
 * @param threads the threads
 * @param leases the leases that this node holds
 * @param stopping whether the application is stopping
 * @param listeners are told what happens
 */
record Parts(String node, EntityManagerFactory entityManagerFactory, AppendOnlyStructures structures,
		StructureTables tables, Transactions transactions, JpaSubscribers.Settings settings, SubscriberThreads threads,
		Leases leases, Stopping stopping, Listeners listeners) {

	SubscriberTable rows() {
		return this.tables.subscribers();
	}

}
