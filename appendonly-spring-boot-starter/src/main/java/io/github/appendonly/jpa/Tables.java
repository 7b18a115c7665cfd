package io.github.appendonly.jpa;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * What the tables are called in the database, for statements past Hibernate.
 *
 * @param stack the table of the stacks' rows
 * @param slice the table of the stacks' items
 * @param inbox the table of what waits to be placed
 * @param archivedLayer the table of the archives
 */
record Tables(String stack, String slice, String inbox, String archivedLayer) {

	static Tables of(EntityManagerFactory entityManagerFactory) {
		SessionFactoryImplementor sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		return new Tables(name(sessionFactory, StackRow.class), name(sessionFactory, SliceRow.class),
				name(sessionFactory, InboxRow.class), name(sessionFactory, ArchivedLayerRow.class));
	}

	static String name(SessionFactoryImplementor sessionFactory, Class<?> entity) {
		return sessionFactory.getMappingMetamodel().getEntityDescriptor(entity).getMappedTableDetails().getTableName();
	}

}
