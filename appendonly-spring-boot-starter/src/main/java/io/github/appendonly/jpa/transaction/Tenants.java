package io.github.appendonly.jpa.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.Objects;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.StatelessSession;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.jdbc.connections.spi.ConnectionProvider;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.function.SingletonSupplier;

/**
 * Keeps the tenants of a persistence unit apart, if it has any. Items of one tenant never
 * get into a batch or a session of another tenant.
 */
public final class Tenants {

	/*
	 * Hibernate asks a resolver of the application for the tenant whenever a session is
	 * opened. Most resolvers look at the calling thread. So the stacks of each tenant
	 * have their own lanes in the sequencer, and a tenant's own callers lead its batches.
	 * Work that moves to another thread takes the tenant with it. Sessions that are
	 * opened there get that tenant. The resolver cannot know it there, so its answer is
	 * ignored.
	 *
	 * There is no object for a tenant, so any number of tenants may come and go.
	 */

	/**
	 * A stack of one tenant.
	 */
	private record TenantStack(Object tenant, String stack) {
	}

	private final EntityManagerFactory entityManagerFactory;

	private final SessionFactoryImplementor sessionFactory;

	private final @Nullable CurrentTenantIdentifierResolver<Object> resolver;

	private final SingletonSupplier<ConnectionProvider> connections;

	public Tenants(EntityManagerFactory entityManagerFactory) {
		this.entityManagerFactory = entityManagerFactory;
		this.sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		this.resolver = this.sessionFactory.getCurrentTenantIdentifierResolver();
		this.connections = SingletonSupplier
			.of(() -> this.sessionFactory.getServiceRegistry().requireService(ConnectionProvider.class));
	}

	/**
	 * Returns whether there are tenants.
	 */
	public boolean exist() {
		return this.resolver != null;
	}

	/**
	 * Returns the key of a stack. It differs from the keys of other tenants' stacks of
	 * the same name. The tenant is the one that the calling thread works for.
	 * @param stack the name of the stack
	 * @return the key
	 */
	public Object key(String stack) {
		CurrentTenantIdentifierResolver<Object> resolver = this.resolver;
		return (resolver != null) ? new TenantStack(currentTenant(resolver), stack) : stack;
	}

	/**
	 * Returns an executor whose tasks work for the tenant of the thread that submits
	 * them.
	 */
	public DelayingExecutor carriedBy(DelayingExecutor executor) {
		CurrentTenantIdentifierResolver<Object> resolver = this.resolver;
		if (resolver == null) {
			return executor;
		}
		return new DelayingExecutor() {

			@Override
			public void execute(Runnable task, Duration delay) {
				Object tenant = currentTenant(resolver);
				executor.execute(() -> runAs(tenant, task), delay);
			}

			@Override
			public void executeCallback(Runnable callback) {
				executor.executeCallback(callback);
			}

		};
	}

	/**
	 * Returns an executor that runs tasks on the thread that submits them, for the tenant
	 * that the calling thread works for now.
	 */
	public Executor ofCaller() {
		CurrentTenantIdentifierResolver<Object> resolver = this.resolver;
		if (resolver == null) {
			return Runnable::run;
		}
		Object tenant = currentTenant(resolver);
		return (task) -> runAs(tenant, task);
	}

	private Object currentTenant(CurrentTenantIdentifierResolver<Object> resolver) {
		Object tenant = taskTenant();
		return (tenant != null) ? tenant : Objects.requireNonNull(resolver.resolveCurrentTenantIdentifier(),
				"The CurrentTenantIdentifierResolver returned no tenant");
	}

	/**
	 * Returns the tenant of the thread that has submitted the current task, or null if
	 * there is none.
	 */
	private @Nullable Object taskTenant() {
		return TransactionSynchronizationManager.getResource(this);
	}

	private void runAs(Object tenant, Runnable task) {
		Object outer = TransactionSynchronizationManager.unbindResourceIfPossible(this);
		TransactionSynchronizationManager.bindResource(this, tenant);
		try {
			task.run();
		}
		finally {
			TransactionSynchronizationManager.unbindResource(this);
			if (outer != null) {
				TransactionSynchronizationManager.bindResource(this, outer);
			}
		}
	}

	/**
	 * Returns the transaction manager for internal transactions.
	 * @param given the transaction manager of the application
	 */
	PlatformTransactionManager transactions(PlatformTransactionManager given) {
		if (!exist()) {
			return given;
		}
		TenantTransactions transactions = new TenantTransactions();
		transactions.setEntityManagerFactory(this.entityManagerFactory);
		transactions.afterPropertiesSet();
		return transactions;
	}

	/**
	 * Runs work on a connection of its own, without a transaction. Without tenants, the
	 * connection comes as Hibernate gets it, but no session is opened for it, which would
	 * take a good part of the time of a short statement.
	 */
	<R> R onConnection(ReturningWork<R> work) {
		if (exist()) {
			try (StatelessSession session = openStatelessSession()) {
				return session.doReturningWork(work);
			}
		}
		try (Lease lease = new Lease(this.connections.obtain())) {
			return work.execute(lease.connection());
		}
		catch (SQLException ex) {
			throw converted(ex);
		}
	}

	/**
	 * Returns the exception of Hibernate for the failure of a statement.
	 */
	RuntimeException converted(SQLException failure) {
		return this.sessionFactory.getJdbcServices()
			.getSqlExceptionHelper()
			.convert(failure, "Could not execute a statement");
	}

	/**
	 * Opens a session without a persistence context.
	 */
	StatelessSession openStatelessSession() {
		Object tenant = taskTenant();
		return (tenant != null)
				? this.sessionFactory.withStatelessOptions().tenantIdentifier(tenant).openStatelessSession()
				: this.sessionFactory.openStatelessSession();
	}

	/**
	 * A connection that is returned to where it comes from.
	 */
	private record Lease(ConnectionProvider provider, Connection connection) implements AutoCloseable {

		Lease(ConnectionProvider provider) throws SQLException {
			this(provider, provider.getConnection());
		}

		@Override
		public void close() throws SQLException {
			this.provider.closeConnection(this.connection);
		}

	}

	/**
	 * Begins transactions for the tenant that the calling thread works for.
	 */
	@SuppressWarnings("serial") // never serialized
	private final class TenantTransactions extends JpaTransactionManager {

		@Override
		protected EntityManager createEntityManagerForTransaction() {
			Object tenant = taskTenant();
			return (tenant != null) ? Tenants.this.sessionFactory.withOptions().tenantIdentifier(tenant).openSession()
					: super.createEntityManagerForTransaction();
		}

	}

}
