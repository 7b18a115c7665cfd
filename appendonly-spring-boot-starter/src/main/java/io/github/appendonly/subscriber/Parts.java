package io.github.appendonly.subscriber;

import java.util.UUID;

import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;

/**
 * What all subscribers of a node share, but for the name.
 *
 * @param node a name that no other node has, nor this one after a restart, nor another
 * registration of this one
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

	/**
	 * Returns the parts for a registration. One that follows another one of the same
	 * subscriber must not take its lease from it: a handler may still run.
	 */
	Parts ofRegistration() {
		return new Parts(UUID.randomUUID().toString(), this.entityManagerFactory, this.structures, this.tables,
				this.transactions, this.settings, this.threads, this.leases, this.stopping, this.listeners);
	}

	SubscriberTable rows() {
		return this.tables.subscribers();
	}

}
