package io.github.appendonly.autoconfigure;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.UUID;

import javax.sql.DataSource;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.jdbc.connections.spi.AbstractDataSourceBasedMultiTenantConnectionProviderImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tenants that come and go leave nothing in memory, however many they are.
 */
class PassingTenantTests {

	private static final ThreadLocal<@Nullable String> current = new ThreadLocal<>();

	@ParameterizedTest
	@EnumSource
	void nothingIsKeptOfATenantThatHasGone(TestDatabase database) {
		try (ConfigurableApplicationContext context = UserApplication.start(Application.class, database.create(),
				"appendonly.portable-sql=true")) {
			AppendStack<String> stack = context.getBean(AppendOnlyStructures.class).stack("news", String.class);
			WeakReference<String> tenant = visit(context, stack);
			await().until(() -> {
				System.gc();
				return tenant.refersTo(null);
			});
		}
	}

	private static WeakReference<String> visit(ConfigurableApplicationContext context, AppendStack<String> stack) {
		String tenant = UUID.randomUUID().toString();
		current.set(tenant);
		try {
			stack.push("1");
			stack.pushAsync("2").join();
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> stack.push("3"));
			assertThat(stack.size()).isEqualTo(3);
		}
		finally {
			current.remove();
		}
		return new WeakReference<>(tenant);
	}

	/**
	 * All tenants are in the same database: that does not matter here.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = EmptyApplication.class)
	static class Application {

		@Bean
		HibernatePropertiesCustomizer tenants(DataSource dataSource) {
			return (properties) -> {
				properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new CallersTenant());
				properties.put(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, new OnePool(dataSource));
			};
		}

	}

	static final class CallersTenant implements CurrentTenantIdentifierResolver<String> {

		@Override
		public String resolveCurrentTenantIdentifier() {
			return Objects.requireNonNullElse(current.get(), "nobody");
		}

		@Override
		public boolean validateExistingCurrentSessions() {
			return true;
		}

	}

	static final class OnePool extends AbstractDataSourceBasedMultiTenantConnectionProviderImpl<String> {

		private static final long serialVersionUID = 1L;

		private final transient DataSource pool;

		OnePool(DataSource pool) {
			this.pool = pool;
		}

		@Override
		protected DataSource selectAnyDataSource() {
			return this.pool;
		}

		@Override
		protected DataSource selectDataSource(String tenant) {
			return this.pool;
		}

	}

}
