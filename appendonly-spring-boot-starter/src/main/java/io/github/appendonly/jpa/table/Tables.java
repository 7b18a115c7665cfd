package io.github.appendonly.jpa.table;

import java.util.List;

import io.github.appendonly.jpa.entity.AccumulatorRow;
import io.github.appendonly.jpa.entity.ArchivedLayerRow;
import io.github.appendonly.jpa.entity.InboxRow;
import io.github.appendonly.jpa.entity.KeyRow;
import io.github.appendonly.jpa.entity.SetAsideRow;
import io.github.appendonly.jpa.entity.SliceRow;
import io.github.appendonly.jpa.entity.StackRow;
import io.github.appendonly.jpa.entity.SubscriberRow;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * The names of the tables in the database, for JDBC statements.
 *
 * @param database the database that has the tables
 * @param stack the table of the stacks' rows
 * @param slice the table of the stacks' items
 * @param inbox the table of the stacks' inboxes
 * @param accumulator the table of the accumulators
 * @param archivedLayer the table of the archives
 * @param setAside the table of the rows of inboxes that cannot be placed
 * @param subscriber the table of the durable subscribers
 * @param key the table of the keys of items
 */
record Tables(Database database, String stack, String slice, String inbox, String accumulator, String archivedLayer,
		String setAside, String subscriber, String key) {

	static Tables of(EntityManagerFactory entityManagerFactory) {
		SessionFactoryImplementor sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		return new Tables(Database.of(sessionFactory.getJdbcServices().getJdbcEnvironment()),
				name(sessionFactory, StackRow.class), name(sessionFactory, SliceRow.class),
				name(sessionFactory, InboxRow.class), name(sessionFactory, AccumulatorRow.class),
				name(sessionFactory, ArchivedLayerRow.class), name(sessionFactory, SetAsideRow.class),
				name(sessionFactory, SubscriberRow.class), name(sessionFactory, KeyRow.class));
	}

	/**
	 * Returns the expression for the time of the database. It is the time of the
	 * statement where the database tells it, and otherwise that of the transaction.
	 */
	String now() {
		return (this.database == Database.POSTGRESQL) ? "statement_timestamp()" : "current_timestamp";
	}

	/**
	 * Returns the expression for the time of the database when it is asked: a statement
	 * may have waited for a lock. Where the database does not tell it, it is the time of
	 * the transaction.
	 */
	String clock() {
		return (this.database == Database.POSTGRESQL) ? "clock_timestamp()" : "current_timestamp";
	}

	List<String> all() {
		return List.of(this.stack, this.slice, this.inbox, this.accumulator, this.archivedLayer, this.setAside,
				this.subscriber, this.key);
	}

	private static String name(SessionFactoryImplementor sessionFactory, Class<?> entity) {
		return sessionFactory.getMappingMetamodel().getEntityDescriptor(entity).getMappedTableDetails().getTableName();
	}

}
