package io.github.appendonly.jpa.transaction;

import java.util.Objects;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.StatelessSession;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The tenants of a persistence unit, if it has any: what one of them pushes never gets
 * into a batch or a session of another one.
 */
public final class Tenants {

	/*
	 * Hibernate asks a resolver of the application for the tenant whenever a session is
	 * opened, and that mostly looks at the calling thread. So the stacks of each tenant
	 * have lanes of their own in the sequencer, whose batches are led by its own callers;
	 * and work that goes to a thread of ours takes the tenant with it. What opens
	 * sessions there is told the tenant; whatever the resolver, which cannot know it,
	 * answers does not count.
	 *
	 * There is nothing for a tenant itself, so that any number of them may come and go.
	 */

	/**
	 * A stack of one tenant.
	 */
	private record TenantStack(Object tenant, String stack) {
	}

	private final EntityManagerFactory entityManagerFactory;

	private final SessionFactoryImplementor sessionFactory;

	private final @Nullable CurrentTenantIdentifierResolver<Object> resolver;

	public Tenants(EntityManagerFactory entityManagerFactory) {
		this.entityManagerFactory = entityManagerFactory;
		this.sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		this.resolver = this.sessionFactory.getCurrentTenantIdentifierResolver();
	}

	/**
	 * Whether there are any.
	 */
	public boolean exist() {
		return this.resolver != null;
	}

	/**
	 * Tells a stack of the tenant that the calling thread works for from those of that
	 * name of others.
	 * @param stack the name of the stack
	 * @return what to find it by
	 */
	public Object key(String stack) {
		CurrentTenantIdentifierResolver<Object> resolver = this.resolver;
		return (resolver != null) ? new TenantStack(current(resolver), stack) : stack;
	}

	/**
	 * An executor whose tasks work for the tenant of whoever submits them.
	 */
	public DelayingExecutor carriedBy(DelayingExecutor executor) {
		CurrentTenantIdentifierResolver<Object> resolver = this.resolver;
		if (resolver == null) {
			return executor;
		}
		return (task, delay) -> {
			Object tenant = current(resolver);
			executor.execute(() -> runAs(tenant, task), delay);
		};
	}

	private Object current(CurrentTenantIdentifierResolver<Object> resolver) {
		Object tenant = carried();
		return (tenant != null) ? tenant : Objects.requireNonNull(resolver.resolveCurrentTenantIdentifier(),
				"The CurrentTenantIdentifierResolver returned no tenant");
	}

	/**
	 * The tenant of whoever has submitted the task that the calling thread runs.
	 */
	private @Nullable Object carried() {
		return TransactionSynchronizationManager.getResource(this);
	}

	private void runAs(Object tenant, Runnable task) {
		TransactionSynchronizationManager.bindResource(this, tenant);
		try {
			task.run();
		}
		finally {
			TransactionSynchronizationManager.unbindResource(this);
		}
	}

	/**
	 * What our own transactions are begun with.
	 * @param given what the application's transactions are begun with
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
	 * Opens a session without a transaction.
	 */
	StatelessSession openStatelessSession() {
		Object tenant = carried();
		return (tenant != null)
				? this.sessionFactory.withStatelessOptions().tenantIdentifier(tenant).openStatelessSession()
				: this.sessionFactory.openStatelessSession();
	}

	/**
	 * Begins transactions for the tenant that the calling thread works for.
	 */
	@SuppressWarnings("serial") // never serialized
	private final class TenantTransactions extends JpaTransactionManager {

		@Override
		protected EntityManager createEntityManagerForTransaction() {
			Object tenant = carried();
			return (tenant != null) ? Tenants.this.sessionFactory.withOptions().tenantIdentifier(tenant).openSession()
					: super.createEntityManagerForTransaction();
		}

	}

}
