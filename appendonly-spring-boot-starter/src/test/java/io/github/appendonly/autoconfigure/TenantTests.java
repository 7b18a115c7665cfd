package io.github.appendonly.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.StartAt;
import io.github.appendonly.Subscription;
import io.github.appendonly.Writers;
import io.github.appendonly.autoconfigure.second.Invoice;
import io.github.appendonly.autoconfigure.second.InvoiceRepository;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.tenants.TenantApplication;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.context.spi.TenantSchemaMapper;
import org.hibernate.engine.jdbc.connections.spi.AbstractDataSourceBasedMultiTenantConnectionProviderImpl;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.hibernate.service.UnknownUnwrapTypeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.TaskDecorator;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static io.github.appendonly.tenants.TenantApplication.as;
import static io.github.appendonly.jpa.DatabaseTests.WAIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tenants with a database or a schema each, told apart by the calling thread: what one of
 * them pushes never gets to another one.
 */
@ParameterizedClass
@MethodSource("applications")
class TenantTests {

	private static final AtomicInteger names = new AtomicInteger();

	private static final List<String> TENANTS = List.of("red", "blue");

	private static final int WRITERS = 8;

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static Tenants tenants;

	@SuppressWarnings("NullAway.Init") // set before the tests
	private static TenantApplication application;

	@Parameter(0)
	@SuppressWarnings("NullAway.Init") // set after the constructor
	Class<?> type;

	/** Has JUnit hand the argument to {@link #start(Class, TestDatabase)} too. */
	@Parameter(1)
	@SuppressWarnings("NullAway.Init") // set after the constructor
	TestDatabase database;

	/** Of the structures of a test. */
	private final String name = "news-" + names.incrementAndGet();

	static Stream<Arguments> applications() {
		return Stream.of(Resolving.class, Routing.class, SwitchingSchema.class, MappedToSchema.class)
			.flatMap((application) -> Stream.of(TestDatabase.values())
				.map((database) -> Arguments.of(application, database)));
	}

	@BeforeParameterizedClassInvocation
	static void start(Class<?> type, TestDatabase database) {
		tenants = Tenants.create(type, database);
		application = tenants.startNode();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	private AppendStack<String> stack() {
		return application.structures().stack(this.name, String.class);
	}

	private static TransactionTemplate transaction() {
		return application.transaction();
	}

	private List<String> items(String tenant) {
		List<String> items = new ArrayList<>();
		as(tenant, () -> stack().fromOldest(Integer.MAX_VALUE).entries().forEach((entry) -> items.add(entry.item())));
		return items;
	}

	@Test
	void pushesOfTenantsStayApart() throws Exception {
		InvoiceRepository invoices = application.bean(InvoiceRepository.class);
		Writers.run(WRITERS, (writer) -> {
			for (int i = 0; i < 30; i++) {
				int number = i;
				String tenant = TENANTS.get((writer + i / 3) % 2);
				String item = tenant + " " + writer + ":" + String.format("%02d", i);
				as(tenant, () -> {
					switch (number % 3) {
						case 0 -> stack().push(item);
						case 1 -> transaction().executeWithoutResult((status) -> {
							invoices.save(new Invoice(writer * 100L + number));
							stack().push(item);
						});
						default -> stack().pushAsync(item).join();
					}
				});
			}
		});
		for (String tenant : TENANTS) {
			List<String> items = items(tenant);
			assertThat(items).hasSize(WRITERS * 15).doesNotHaveDuplicates().allMatch((item) -> item.startsWith(tenant));
			for (int writer = 0; writer < WRITERS; writer++) {
				String prefix = tenant + " " + writer + ":";
				assertThat(items.stream().filter((item) -> item.startsWith(prefix)))
					.isSortedAccordingTo(Comparator.naturalOrder());
			}
			assertThat(UserApplication.jdbc(tenants.url(tenant))
				.sql("select count(*) from invoice")
				.query(Long.class)
				.single()).isEqualTo(WRITERS * 5L);
		}
	}

	@Test
	void layersArchivesAndFollowersStayApart() throws Exception {
		Consumer<StackSettings<String>> settings = (stack) -> stack.bounds(2, 3).archived();
		Queue<String> pushed = new ConcurrentLinkedQueue<>();
		Writers.run(WRITERS, (writer) -> {
			for (int i = 0; i < 20; i++) {
				int number = i;
				String tenant = TENANTS.get((writer + i / 4) % 2);
				List<String> items = IntStream.range(0, 2 + i % 9)
					.mapToObj((n) -> tenant + " " + writer + ":" + String.format("%02d-%02d", number, n))
					.toList();
				pushed.addAll(items);
				as(tenant, () -> {
					AppendStack<String> bounded = application.structures().stack(this.name, String.class, settings);
					switch (number % 4) {
						case 0 -> bounded.pushAll(items);
						case 1 -> transaction().executeWithoutResult((status) -> {
							bounded.pushAll(items);
							assertThat(bounded.newest().orElseThrow().item()).isEqualTo(items.get(items.size() - 1));
						});
						case 2 -> transaction().executeWithoutResult((status) -> bounded.pushAll(items));
						default -> items.forEach(bounded::push);
					}
					assertThat(history().newest(50)).extracting(Entry::item)
						.allMatch((item) -> item.startsWith(tenant));
				});
			}
		});
		for (String tenant : TENANTS) {
			as(tenant, () -> {
				List<Entry<String>> entries = history().fromOldest(Integer.MAX_VALUE).entries();
				assertThat(entries).extracting(Entry::position)
					.containsExactlyElementsOf(
							IntStream.range(0, entries.size()).mapToObj((n) -> new Position(n / 3, n % 3)).toList());
				assertThat(entries).extracting(Entry::item)
					.containsExactlyInAnyOrderElementsOf(
							pushed.stream().filter((item) -> item.startsWith(tenant)).toList());
				for (int writer = 0; writer < WRITERS; writer++) {
					String prefix = tenant + " " + writer + ":";
					assertThat(entries.stream().map(Entry::item).filter((item) -> item.startsWith(prefix)))
						.isSortedAccordingTo(Comparator.naturalOrder());
				}
				assertThat(stack().size()).isBetween(4L, 6L);
			});
		}
	}

	private History<String> history() {
		return application.structures().history(this.name, String.class);
	}

	@Test
	void nodesThatCompeteForAStackKeepToTheirTenants() throws Exception {
		try (TenantApplication second = tenants.startNode()) {
			List<AppendOnlyStructures> nodes = List.of(application.structures(), second.structures());
			Writers.run(WRITERS, (writer) -> {
				for (int i = 0; i < 100; i++) {
					String tenant = TENANTS.get(writer / 2 % 2);
					String item = tenant + " " + writer + ":" + String.format("%02d", i);
					as(tenant, () -> nodes.get(writer % 2).stack(this.name, String.class).push(item));
				}
			});
			for (String tenant : TENANTS) {
				assertThat(items(tenant)).hasSize(WRITERS * 50)
					.doesNotHaveDuplicates()
					.allMatch((item) -> item.startsWith(tenant));
			}
		}
	}

	@Test
	void whatATransactionPushesIsPlacedForItsTenant() {
		TENANTS.forEach((tenant) -> as(tenant,
				() -> transaction().executeWithoutResult((status) -> stack().push(tenant + " 1"))));
		TENANTS.forEach((tenant) -> {
			if (this.type != Routing.class) {
				await().untilAsserted(() -> assertThat(placed(tenant)).isEqualTo(1));
			}
			assertThat(items(tenant)).containsExactly(tenant + " 1");
			assertThat(placed(tenant)).isEqualTo(1);
		});
	}

	private long placed(String tenant) {
		return UserApplication.jdbc(tenants.url(tenant))
			.sql("select count(*) from appendonly_slice where stack = ? and items like ?")
			.param(this.name)
			.param("%" + tenant + "%")
			.query(Long.class)
			.single();
	}

	@Test
	void workThatGoesToAnotherThreadStaysWithItsTenant() {
		TransactionTemplate without = transaction();
		without.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
		TENANTS.forEach((tenant) -> as(tenant, () -> {
			without.executeWithoutResult((status) -> stack().push(tenant + " 1"));
			transaction().executeWithoutResult((status) -> {
				CompletableFuture<?> pushed = stack().pushAsync(tenant + " 2");
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						pushed.join();
						stack().push(tenant + " 3");
						accumulator().append(tenant);
					}

				});
			});
			without.executeWithoutResult((status) -> accumulator().append(tenant));
		}));
		TENANTS.forEach((tenant) -> {
			assertThat(items(tenant)).containsExactly(tenant + " 1", tenant + " 2", tenant + " 3");
			as(tenant, () -> assertThat(accumulator().consume()).containsExactly(tenant, tenant));
		});
	}

	private Accumulator<String> accumulator() {
		return application.structures().accumulator(this.name, String.class);
	}

	@Test
	void whatATenantReadsAndDropsIsItsOwn() {
		TENANTS.forEach((tenant) -> as(tenant, () -> stack().push(tenant)));
		as("red", () -> application.structures().drop(this.name));
		assertThat(items("red")).isEmpty();
		assertThat(items("blue")).containsExactly("blue");
	}

	/**
	 * What waits in the inbox of each tenant was left by another node. Without group
	 * commit, which is for data sources that depend on the thread, nobody follows.
	 */
	@Test
	void followersOfATenantGetWhatIsItsOwn() {
		if (this.type == Routing.class) {
			as("red", () -> assertThatIllegalStateException()
				.isThrownBy(() -> stack().follow(StartAt.oldest(), (entry) -> {
				})));
			return;
		}
		Map<String, List<String>> handed = new ConcurrentHashMap<>();
		List<Subscription> subscriptions = new ArrayList<>();
		TENANTS.forEach((tenant) -> as(tenant, () -> subscriptions.add(stack().follow(StartAt.oldest(),
				(entry) -> handed.computeIfAbsent(tenant, (key) -> new CopyOnWriteArrayList<>()).add(entry.item())))));
		TENANTS.forEach((tenant) -> as(tenant, () -> {
			stack().push(tenant + " 1");
			transaction().executeWithoutResult((status) -> stack().push(tenant + " 2"));
		}));
		TENANTS.forEach((tenant) -> await().atMost(WAIT)
			.untilAsserted(() -> assertThat(handed.get(tenant)).containsExactly(tenant + " 1", tenant + " 2")));
		TENANTS.forEach((tenant) -> tenants.leaveInInbox(tenant, this.name, tenant + " 3"));
		TENANTS.forEach((tenant) -> await().atMost(WAIT)
			.untilAsserted(
					() -> assertThat(handed.get(tenant)).containsExactly(tenant + " 1", tenant + " 2", tenant + " 3")));
		subscriptions.forEach(Subscription::close);
	}

	private static DataSource pool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setUsername(url.contains(":h2:") ? "sa" : "postgres");
		pool.setPassword(url.contains(":h2:") ? "" : "postgres");
		pool.setMaximumPoolSize(3);
		return pool;
	}

	/**
	 * What the applications of a test class share.
	 *
	 * @param type the application
	 * @param url where it begins
	 * @param urls where the tables of each tenant are
	 */
	private record Tenants(Class<?> type, TestDatabase.Url url, Map<String, TestDatabase.Url> urls) {

		static Tenants create(Class<?> type, TestDatabase database) {
			boolean schemas = hasSchemas(type);
			TestDatabase.Url shared = database.create();
			Map<String, TestDatabase.Url> urls = TENANTS.stream()
				.collect(Collectors.toMap((tenant) -> tenant,
						(tenant) -> schemas ? schemaOf(database, shared, tenant) : database.create()));
			urls.forEach((tenant, url) -> createTables(url, schemas ? tenant + ".appendonly_" : "appendonly_"));
			return new Tenants(type, schemas ? shared : Objects.requireNonNull(urls.get("red")), urls);
		}

		private static boolean hasSchemas(Class<?> type) {
			return type == SwitchingSchema.class || type == MappedToSchema.class;
		}

		void leaveInInbox(String tenant, String stack, String item) {
			UserApplication.jdbc(Objects.requireNonNull(this.urls.get(tenant)))
				.sql("insert into " + (hasSchemas(this.type) ? tenant + "." : "")
						+ "appendonly_inbox (name, length, items) values (?, 1, ?)")
				.params(stack, "[\"" + item + "\"]")
				.update();
		}

		/**
		 * Beside the schemas there are no tables in the database: what works for no
		 * tenant fails.
		 */
		private static TestDatabase.Url schemaOf(TestDatabase database, TestDatabase.Url shared, String tenant) {
			UserApplication.jdbc(shared).sql("create schema " + tenant).update();
			return new TestDatabase.Url(
					shared.url() + ((database == TestDatabase.H2) ? ";SCHEMA=" : "&currentSchema=") + tenant);
		}

		private static void createTables(TestDatabase.Url url, String prefix) {
			AppendOnlySchemaProperties always = new AppendOnlySchemaProperties();
			always.setInitializeSchema(DatabaseInitializationMode.ALWAYS);
			new AppendOnlySchemaInitializer(UserApplication.dataSource(url.url()), always, prefix).initializeDatabase();
			UserApplication.jdbc(url).sql("create table invoice (number bigint primary key)").update();
		}

		TestDatabase.Url url(String tenant) {
			return Objects.requireNonNull(this.urls.get(tenant));
		}

		TenantApplication startNode() {
			return TenantApplication.start(this.type, this.url, "red.url=" + url("red").url(),
					"blue.url=" + url("blue").url(), "spring.jpa.hibernate.ddl-auto=none",
					"appendonly.jdbc.initialize-schema=never", "spring.datasource.hikari.maximum-pool-size=3",
					"spring.datasource.hikari.connection-timeout=5000",
					"appendonly.group-commit.enabled=" + (this.type != Routing.class));
		}

	}

	/**
	 * Hibernate asks for the tenant, which is only known on the threads of callers.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Invoice.class)
	static class Resolving {

		@Bean
		HikariDataSource red(@Value("${red.url}") String url) {
			return (HikariDataSource) pool(url);
		}

		@Bean(defaultCandidate = false)
		HikariDataSource blue(@Value("${blue.url}") String url) {
			return (HikariDataSource) pool(url);
		}

		@Bean
		HibernatePropertiesCustomizer tenants(DataSource red, @Qualifier("blue") DataSource blue) {
			Map<String, DataSource> pools = Map.of("red", red, "blue", blue);
			return (properties) -> {
				properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new TenantApplication.Resolver());
				properties.put(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, new Pools(pools));
			};
		}

	}

	static final class Pools extends AbstractDataSourceBasedMultiTenantConnectionProviderImpl<String> {

		private static final long serialVersionUID = 1L;

		private final transient Map<String, DataSource> pools;

		Pools(Map<String, DataSource> pools) {
			this.pools = pools;
		}

		@Override
		protected DataSource selectAnyDataSource() {
			return selectDataSource("red");
		}

		@Override
		protected DataSource selectDataSource(String tenant) {
			return Objects.requireNonNull(this.pools.get(tenant));
		}

	}

	/**
	 * All tenants share a pool, whose connections are switched to the schema of the one
	 * that they work for.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Invoice.class)
	static class SwitchingSchema {

		@Bean
		HibernatePropertiesCustomizer tenants(DataSource dataSource) {
			return (properties) -> {
				properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new TenantApplication.Resolver());
				properties.put(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, new Schemas(dataSource));
			};
		}

	}

	static final class Schemas implements MultiTenantConnectionProvider<String> {

		private static final long serialVersionUID = 1L;

		private final transient DataSource dataSource;

		private final String nobodys;

		Schemas(DataSource dataSource) {
			this.dataSource = dataSource;
			try (Connection connection = dataSource.getConnection()) {
				this.nobodys = connection.getSchema();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private String schemaOf(String tenant) {
			boolean upperCase = Character.isUpperCase(this.nobodys.charAt(0));
			return upperCase ? tenant.toUpperCase(Locale.ROOT) : tenant;
		}

		@Override
		public Connection getAnyConnection() throws SQLException {
			return this.dataSource.getConnection();
		}

		@Override
		public void releaseAnyConnection(Connection connection) throws SQLException {
			connection.close();
		}

		@Override
		public Connection getConnection(String tenant) throws SQLException {
			Connection connection = getAnyConnection();
			connection.setSchema(schemaOf(tenant));
			return connection;
		}

		@Override
		public void releaseConnection(String tenant, Connection connection) throws SQLException {
			connection.setSchema(this.nobodys);
			releaseAnyConnection(connection);
		}

		@Override
		public boolean supportsAggressiveRelease() {
			return false;
		}

		@Override
		public boolean isUnwrappableAs(Class<?> unwrapType) {
			return false;
		}

		@Override
		public <T> T unwrap(Class<T> unwrapType) {
			throw new UnknownUnwrapTypeException(unwrapType);
		}

	}

	/**
	 * The same, done by Hibernate.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Invoice.class)
	static class MappedToSchema {

		@Bean
		HibernatePropertiesCustomizer tenants() {
			return (properties) -> {
				properties.put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new TenantApplication.Resolver());
				properties.put(MultiTenancySettings.MULTI_TENANT_SCHEMA_MAPPER,
						(TenantSchemaMapper<String>) (tenant) -> tenant);
			};
		}

	}

	/**
	 * The data source looks at the thread; a decorator brings to others what it looks at.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = Invoice.class)
	static class Routing {

		@Bean
		DataSource dataSource(@Value("${red.url}") String red, @Value("${blue.url}") String blue) {
			AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

				@Override
				protected @Nullable Object determineCurrentLookupKey() {
					return TenantApplication.tenant();
				}

			};
			routing.setTargetDataSources(Map.of("red", pool(red), "blue", pool(blue)));
			routing.setDefaultTargetDataSource(pool(red));
			return routing;
		}

		@Bean
		TaskDecorator tenantDecorator() {
			return (task) -> {
				String tenant = TenantApplication.tenant();
				return (tenant != null) ? () -> as(tenant, task) : task;
			};
		}

	}

}
