package io.github.appendonly.tenants;

import java.util.Objects;

import io.github.appendonly.autoconfigure.UserApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An application with tenants, told apart by the calling thread.
 */
public final class TenantApplication implements AutoCloseable {

	private static final ThreadLocal<@Nullable String> current = new ThreadLocal<>();

	private final ConfigurableApplicationContext context;

	private TenantApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts one, as other applications of users are started.
	 */
	public static TenantApplication start(Class<?> application, TestDatabase.Url url, String... properties) {
		return new TenantApplication(UserApplication.start(application, url, properties));
	}

	/**
	 * Works for a tenant.
	 */
	public static void as(String tenant, Runnable work) {
		current.set(tenant);
		try {
			work.run();
		}
		finally {
			current.remove();
		}
	}

	/**
	 * The tenant that the calling thread works for, if it does for any.
	 */
	public static @Nullable String tenant() {
		return current.get();
	}

	public AppendOnlyStructures structures() {
		return bean(AppendOnlyStructures.class);
	}

	public TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

	public void inTransaction(Runnable work) {
		transaction().executeWithoutResult((status) -> work.run());
	}

	public <B> B bean(Class<B> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * Tells Hibernate of the calling thread's tenant.
	 */
	public static final class Resolver implements CurrentTenantIdentifierResolver<String> {

		@Override
		public String resolveCurrentTenantIdentifier() {
			return Objects.requireNonNullElse(tenant(), "nobody");
		}

		@Override
		public boolean validateExistingCurrentSessions() {
			return true;
		}

	}

}
