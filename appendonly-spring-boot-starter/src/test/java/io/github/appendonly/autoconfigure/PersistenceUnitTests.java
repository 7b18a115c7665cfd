package io.github.appendonly.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.app.Customer;
import io.github.appendonly.autoconfigure.app.CustomerRepository;
import io.github.appendonly.autoconfigure.app.Order;
import io.github.appendonly.autoconfigure.second.Invoice;
import io.github.appendonly.autoconfigure.second.InvoiceRepository;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.metamodel.EntityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jpa.EntityManagerFactoryBuilder;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

/**
 * However an application configures its persistence units, our entities are in the right
 * one, and its own stay where they are.
 */
class PersistenceUnitTests {

	private static final String STACK = "appendonly.stacks.orders.type=" + Order.class.getName();

	static Stream<Arguments> applications() {
		return Stream
			.of(PackageOfItsOwn.class, EntityScanned.class, ManagedTypes.class, BuiltWithTheBuilder.class,
					MadeByHand.class)
			.flatMap((application) -> Stream.of(TestDatabase.values())
				.map((database) -> Arguments.of(application, database)));
	}

	@ParameterizedTest
	@MethodSource("applications")
	void entitiesAndRepositoriesOfBothWork(Class<?> application, TestDatabase database) {
		TestDatabase.Url url = withCustomers(database);
		try (ConfigurableApplicationContext context = UserApplication.start(application, url, STACK)) {
			worksWithCustomers(context);
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { BuiltWithTheBuilder.class, MadeByHand.class })
	void prefixOfTheTablesIsTheirs(Class<?> application) {
		TestDatabase.Url url = withCustomers(TestDatabase.H2);
		try (ConfigurableApplicationContext context = UserApplication.start(application, url, STACK,
				"appendonly.table-prefix=shop_")) {
			worksWithCustomers(context);
		}
		assertThat(UserApplication.tables(url)).containsExactly("public.shop_archived_layer");
	}

	@ParameterizedTest
	@EnumSource
	void primaryUnitOfTwoIsOurs(TestDatabase database) {
		TestDatabase.Url shop = withCustomers(database);
		TestDatabase.Url journal = withInvoices(database);
		try (ConfigurableApplicationContext context = UserApplication.start(TwoUnits.class, shop, STACK,
				"journal.url=" + journal.url())) {
			worksWithCustomers(context);
			assertThat(ourEntities(context, "shop")).hasSameSizeAs(AppendOnlyEntities.ENTITIES);
			assertThat(ourEntities(context, "journal")).isEmpty();
			context.getBean(InvoiceRepository.class).save(new Invoice(1));
		}
		assertThat(UserApplication.tables(shop)).hasSize(1);
		assertThat(UserApplication.tables(journal)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void unitOfTwoThatThePropertyNamesIsOurs(TestDatabase database) {
		TestDatabase.Url shop = withCustomers(TestDatabase.H2);
		TestDatabase.Url journal = withInvoices(database);
		try (ConfigurableApplicationContext context = UserApplication.start(TwoUnits.class, shop, STACK,
				"journal.url=" + journal.url(), "appendonly.jpa.persistence-unit=journal")) {
			assertThat(ourEntities(context, "shop")).isEmpty();
			assertThat(ourEntities(context, "journal")).hasSameSizeAs(AppendOnlyEntities.ENTITIES);
			AppendStack<Order> orders = orders(context);
			orders.push(new Order("1"));
			new TransactionTemplate(context.getBean("journalTransactions", PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					context.getBean(InvoiceRepository.class).save(new Invoice(1));
					orders.push(new Order("2"));
					status.setRollbackOnly();
				});
			assertThat(context.getBean(InvoiceRepository.class).count()).isZero();
			assertThat(orders.stream()).extracting("item").containsExactly(new Order("1"));
			context.getBean(CustomerRepository.class).save(new Customer("Ada"));
		}
		assertThat(UserApplication.tables(shop)).isEmpty();
		assertThat(UserApplication.tables(journal)).hasSize(1);
	}

	@Test
	void transactionManagerThatThePropertyNamesIsUsed() {
		TestDatabase.Url shop = withCustomers(TestDatabase.H2);
		TestDatabase.Url journal = withInvoices(TestDatabase.H2);
		assertThat(UserApplication
			.analysis(catchThrowable(() -> UserApplication.start(TwoUnits.class, shop, "journal.url=" + journal.url(),
					"appendonly.transaction-manager=missing")))
			.getAction()).contains("appendonly.transaction-manager", "shopTransactions, journalTransactions");
		try (ConfigurableApplicationContext context = UserApplication.start(TwoUnits.class, shop, STACK,
				"journal.url=" + journal.url(), "appendonly.transaction-manager=shopTransactions")) {
			worksWithCustomers(context);
		}
	}

	@Test
	void unitThatIsNotThereFailsWithAnAnalysis() {
		TestDatabase.Url shop = withCustomers(TestDatabase.H2);
		assertThat(UserApplication.analysis(catchThrowable(
				() -> UserApplication.start(PackageOfItsOwn.class, shop, "appendonly.jpa.persistence-unit=missing")))
			.getDescription()).contains("'missing'", "persistence unit");
	}

	@Test
	void severalUnitsOfWhichNoneIsPrimaryFailWithAnAnalysis() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AppendOnlyAutoConfiguration.class))
			.withBean("one", EntityManagerFactory.class, () -> unit("first"))
			.withBean("two", EntityManagerFactory.class, () -> unit("second"))
			.run((context) -> assertThat(UserApplication.analysis(context.getStartupFailure()).getAction())
				.contains("appendonly.jpa.persistence-unit", "first, second"));
	}

	private static EntityManagerFactory unit(String name) {
		EntityManagerFactory unit = mock(EntityManagerFactory.class,
				withSettings().extraInterfaces(EntityManagerFactoryInfo.class));
		given(((EntityManagerFactoryInfo) unit).getPersistenceUnitName()).willReturn(name);
		return unit;
	}

	private static TestDatabase.Url withCustomers(TestDatabase database) {
		TestDatabase.Url url = database.create();
		UserApplication.jdbc(url).sql("create table customer (id bigint primary key, name varchar(255))").update();
		UserApplication.jdbc(url).sql("create sequence customer_seq increment by 50").update();
		return url;
	}

	private static TestDatabase.Url withInvoices(TestDatabase database) {
		TestDatabase.Url url = database.create();
		UserApplication.jdbc(url).sql("create table invoice (number bigint primary key)").update();
		return url;
	}

	private static void worksWithCustomers(ConfigurableApplicationContext context) {
		CustomerRepository customers = context.getBean(CustomerRepository.class);
		AppendStack<Order> orders = orders(context);
		new TransactionTemplate(context.getBean(PlatformTransactionManager.class)).executeWithoutResult((status) -> {
			customers.save(new Customer("Ada"));
			orders.push(new Order("1"));
		});
		orders.push(new Order("2"));
		assertThat(orders.stream()).extracting("item").containsExactly(new Order("2"), new Order("1"));
		assertThat(customers.count()).isEqualTo(1);
		assertThat(context.getBean(AppendOnlyStructures.class).status("orders").inbox()).isZero();
	}

	@SuppressWarnings("unchecked") // as injection does
	private static AppendStack<Order> orders(ConfigurableApplicationContext context) {
		return (AppendStack<Order>) context.getBean("orders");
	}

	private static List<String> ourEntities(ConfigurableApplicationContext context, String unit) {
		return context.getBean(unit, EntityManagerFactory.class)
			.getMetamodel()
			.getEntities()
			.stream()
			.map(EntityType::getName)
			.filter((name) -> name.startsWith("AppendOnly"))
			.toList();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Customer.class)
	static class PackageOfItsOwn {

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@EntityScan(basePackageClasses = Customer.class)
	@EnableJpaRepositories(basePackageClasses = CustomerRepository.class)
	static class EntityScanned {

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Customer.class)
	static class ManagedTypes {

		@Bean
		PersistenceManagedTypes managedTypes() {
			return PersistenceManagedTypes.of(Customer.class.getName());
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Customer.class)
	static class BuiltWithTheBuilder {

		@Bean
		LocalContainerEntityManagerFactoryBean entityManagerFactory(EntityManagerFactoryBuilder builder,
				DataSource dataSource) {
			return builder.dataSource(dataSource).packages(Customer.class).build();
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Customer.class)
	static class MadeByHand {

		@Bean
		LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource) {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(dataSource);
			factory.setPackagesToScan(Customer.class.getPackageName());
			factory.setPersistenceUnitPostProcessors(new AppendOnlyEntities());
			factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			factory.setJpaPropertyMap(Map.of("hibernate.hbm2ddl.auto", "validate"));
			return factory;
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class TwoUnits {

		@Bean
		@Primary
		DataSource shopData(@Value("${spring.datasource.url}") String url) {
			return UserApplication.dataSource(url);
		}

		@Bean
		DataSource journalData(@Value("${journal.url}") String url) {
			return UserApplication.dataSource(url);
		}

		@Bean
		@Primary
		LocalContainerEntityManagerFactoryBean shop(EntityManagerFactoryBuilder builder, DataSource dataSource) {
			return builder.dataSource(dataSource).packages(Customer.class).persistenceUnit("shop").build();
		}

		@Bean
		LocalContainerEntityManagerFactoryBean journal(EntityManagerFactoryBuilder builder,
				@Qualifier("journalData") DataSource dataSource) {
			return builder.dataSource(dataSource).packages(Invoice.class).persistenceUnit("journal").build();
		}

		@Bean
		@Primary
		JpaTransactionManager shopTransactions(EntityManagerFactory shop) {
			return new JpaTransactionManager(shop);
		}

		@Bean
		JpaTransactionManager journalTransactions(@Qualifier("journal") EntityManagerFactory journal) {
			return new JpaTransactionManager(journal);
		}

		@Configuration(proxyBeanMethods = false)
		@EnableJpaRepositories(basePackageClasses = CustomerRepository.class, entityManagerFactoryRef = "shop",
				transactionManagerRef = "shopTransactions")
		static class Shop {

		}

		@Configuration(proxyBeanMethods = false)
		@EnableJpaRepositories(basePackageClasses = InvoiceRepository.class, entityManagerFactoryRef = "journal",
				transactionManagerRef = "journalTransactions")
		static class Journal {

		}

	}

}
