package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.vendor.HibernateJpaDialect;
import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;

/**
 * Adds savepoints to JPA transactions. Spring's own dialect for Hibernate does not
 * support them, so an application that uses savepoints needs such a dialect.
 */
public final class SavepointDialect extends HibernateJpaDialect {

	private static final long serialVersionUID = 1L;

	/**
	 * A manager of transactions with savepoints.
	 */
	public static JpaTransactionManager transactionManager(EntityManagerFactory entityManagerFactory) {
		JpaTransactionManager manager = new JpaTransactionManager(entityManagerFactory);
		manager.setJpaDialect(new SavepointDialect());
		manager.setNestedTransactionAllowed(true);
		return manager;
	}

	@Override
	public Object beginTransaction(EntityManager entityManager, TransactionDefinition definition) throws SQLException {
		return new Begun(super.beginTransaction(entityManager, definition), entityManager.unwrap(Session.class));
	}

	@Override
	public void cleanupTransaction(@Nullable Object transactionData) {
		super.cleanupTransaction((transactionData instanceof Begun begun) ? begun.data() : transactionData);
	}

	private record Begun(Object data, Session session) implements SavepointManager {

		@Override
		public Object createSavepoint() {
			return this.session.doReturningWork(Connection::setSavepoint);
		}

		@Override
		public void rollbackToSavepoint(Object savepoint) {
			this.session.doWork((connection) -> connection.rollback((Savepoint) savepoint));
		}

		@Override
		public void releaseSavepoint(Object savepoint) {
			this.session.doWork((connection) -> connection.releaseSavepoint((Savepoint) savepoint));
		}

	}

}
