package io.github.appendonly.autoconfigure;

import java.lang.ref.WeakReference;
import java.util.UUID;

import javax.sql.DataSource;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.tenants.TenantApplication;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.engine.jdbc.connections.spi.AbstractDataSourceBasedMultiTenantConnectionProviderImpl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tenants that come and go leave nothing in memory, however many they are.
 */
class PassingTenantTests {

	@ParameterizedTest
	@EnumSource
	void nothingIsKeptOfATenantThatHasGone(TestDatabase database) {
		try (TenantApplication application = TenantApplication.start(Application.class, database.create(),
				"appendonly.portable-sql=true")) {
			AppendStack<String> stack = application.structures().stack("news", String.class);
			WeakReference<String> tenant = visit(application, stack);
			await().until(() -> {
				System.gc();
				return tenant.refersTo(null);
			});
		}
	}

	private static WeakReference<String> visit(TenantApplication application, AppendStack<String> stack) {
		String tenant = UUID.randomUUID().toString();
		TenantApplication.as(tenant, () -> {
			stack.push("1");
			stack.pushAsync("2").join();
			application.inTransaction(() -> stack.push("3"));
			assertThat(stack.size()).isEqualTo(3);
		});
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
				properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new TenantApplication.Resolver());
				properties.put(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, new OnePool(dataSource));
			};
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
